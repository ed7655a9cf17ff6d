using System.Text.Json;

namespace Hone.Engine.Checkpoints;

/// <summary>The weights of a folder in Hugging Face layout: <c>model.safetensors</c>, or shards listed in an index.</summary>
public sealed class CheckpointFolder : WeightSource, IDisposable
{
    public const string WeightsFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";
    const string Head = "lm_head.weight";
    const string EncoderEmbedding = "embeddings.word_embeddings.weight";

    /// <summary>Names that transformers drops too: buffers of old checkpoints, and the head of a model whose head is its embedding.</summary>
    static readonly string[] NotWeights = [".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq", "embeddings.position_ids", Head];

    /// <summary>Heads of encoders, for tasks other than embedding a text, by the beginning of their names.</summary>
    static readonly string[] EncoderHeads = ["pooler.", "cls.", "lm_head.", "classifier."];

    /// <summary>What the checkpoint of an encoder with a head for some task puts before the names of the bare encoder's weights.</summary>
    static readonly string[] EncoderPrefixes = ["bert.", "roberta."];

    static readonly string[] Embeddings = ["embed_tokens.weight", "wte.weight"];

    readonly string _path;
    readonly List<SafetensorsFile> _files = [];
    readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);

    CheckpointFolder(string path) => _path = path;

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IEnumerable<string> Names => _fileOf.Keys.Order(StringComparer.Ordinal);

    /// <summary>Maps the weights of a folder.</summary>
    public static CheckpointFolder Open(string path)
    {
        var folder = new CheckpointFolder(path);
        try
        {
            folder.Load();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Type, shape and place of a tensor.</summary>
    public TensorEntry Entry(string name) => _fileOf[name].Tensors[name];

    public override Parameter Get(string name, params ReadOnlySpan<int> shape)
    {
        if (Find(name) is not { } found)
            throw new HoneException(Text.Of($"{_path}: tensor {TensorEntry.Quote(name)} is missing; expected it with the shape {TensorEntry.Text(shape)}.", $"{_path}：缺少张量 {TensorEntry.Quote(name)}；其形状应为 {TensorEntry.Text(shape)}。"));
        _used.Add(found);
        Parameter stored = _fileOf[found].Get(found, shape);
        return found == name ? stored : stored.Renamed(name);
    }

    public override void RequireAllUsed()
    {
        string[] unexpected = [.. Names.Where(name => !_used.Contains(name) && !IsNoWeight(name))];
        if (unexpected.Length > 0)
        {
            string others = unexpected.Length > 1 ? Text.Of($", and so are {unexpected.Length - 1} others", $"等 {unexpected.Length} 个张量") : "";
            throw new HoneException(Text.Of(
                $"{_fileOf[unexpected[0]].Path}: tensor {TensorEntry.Quote(unexpected[0])} is unexpected{others}; the model described by config.json has no such weight.",
                $"{_fileOf[unexpected[0]].Path}：张量 {TensorEntry.Quote(unexpected[0])}{others}是多余的；config.json 描述的模型没有这样的权重。"));
        }

        RequireTiedHead();
    }

    bool IsNoWeight(string name)
    {
        if (NotWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))
            return true;
        string prefix = EncoderPrefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        return _used.Any(used => used.EndsWith(EncoderEmbedding, StringComparison.Ordinal)) && EncoderHeads.Any(head => name.AsSpan(prefix.Length).StartsWith(head, StringComparison.Ordinal));
    }

    /// <summary>Copies the files that hold the weights.</summary>
    public static void CopyWeights(string source, string target)
    {
        string single = Path.Combine(source, WeightsFile);
        string[] files = File.Exists(single)
            ? [WeightsFile]
            : [IndexFile, .. ReadIndex(Path.Combine(source, IndexFile)).Values.Distinct(StringComparer.Ordinal).Select(shard => Path.GetFileName(shard))];
        foreach (string file in files)
            AtomicFile.Copy(Path.Combine(source, file), Path.Combine(target, file));
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
            file.Dispose();
    }

    /// <summary>A stored head that the model did not take must be the embedding, or the configuration is wrong.</summary>
    void RequireTiedHead()
    {
        if (_used.Contains(Head) || !_fileOf.TryGetValue(Head, out SafetensorsFile? file))
            return;
        string? embedding = _used.FirstOrDefault(name => Embeddings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)));
        if (embedding is not null && !file.Bytes(Head).SequenceEqual(_fileOf[embedding].Bytes(embedding)))
            throw new HoneException(Text.Of(
                $"{file.Path}: tensor '{Head}' differs from '{embedding}', though config.json says that they are one. Set tie_word_embeddings to false in config.json.",
                $"{file.Path}：张量 '{Head}' 与 '{embedding}' 不同，而 config.json 称它们是同一个。请在 config.json 中把 tie_word_embeddings 设为 false。"));
    }

    /// <summary>The name in the files: checkpoints of a bare decoder leave out its prefix, <c>transformer.</c> or <c>model.</c>; those of an encoder with a head add one.</summary>
    string? Find(string name)
    {
        if (_fileOf.ContainsKey(name))
            return name;
        if (EncoderPrefixes.FirstOrDefault(prefix => _fileOf.ContainsKey(prefix + name)) is { } added)
            return added + name;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string prefix = name[..(dot + 1)];
        if (prefix is not ("transformer." or "model.") || _fileOf.Keys.Any(other => other.StartsWith(prefix, StringComparison.Ordinal)))
            return null;
        string bare = name[prefix.Length..];
        return _fileOf.ContainsKey(bare) ? bare : null;
    }

    void Load()
    {
        string index = Path.Combine(_path, IndexFile);
        string single = Path.Combine(_path, WeightsFile);
        if (File.Exists(single))
            Add(single);
        else if (File.Exists(index))
            AddShards(index);
        else
            throw new HoneException(Text.Of(
                $"{_path} has neither {WeightsFile} nor {IndexFile}. Weights in other formats must be converted to safetensors first.",
                $"{_path} 中既没有 {WeightsFile} 也没有 {IndexFile}。其他格式的权重须先转换为 safetensors。"));
    }

    void Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (string name in file.Tensors.Keys)
        {
            if (!_fileOf.TryAdd(name, file))
                throw new HoneException(Text.Of($"{path}: tensor {TensorEntry.Quote(name)} is already in {_fileOf[name].Path}.", $"{path}：张量 {TensorEntry.Quote(name)} 已在 {_fileOf[name].Path} 中。"));
        }
    }

    void AddShards(string index)
    {
        Dictionary<string, string> shardOf = ReadIndex(index);
        foreach (string shard in shardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            // A bare file name: an index must not lead out of its folder.
            if (shard.AsSpan().IndexOfAny("/\\:") >= 0 || shard is "." or ".." or "" || shard.Any(char.IsControl))
                throw new HoneException(Text.Of($"{index} names the shard {TensorEntry.Quote(shard)}; expected the name of a file in the same folder.", $"{index} 指定了分片 {TensorEntry.Quote(shard)}；应为同一文件夹中的文件名。"));
            string path = Path.Combine(_path, shard);
            if (!File.Exists(path))
                throw new HoneException(Text.Of($"{index} names the shard {TensorEntry.Quote(shard)}, which is missing. Download it again.", $"{index} 指定的分片 {TensorEntry.Quote(shard)} 不存在。请重新下载。"));
            Add(path);
        }

        foreach ((string name, string shard) in shardOf)
        {
            string path = Path.Combine(_path, shard);
            if (!_fileOf.TryGetValue(name, out SafetensorsFile? file) || file.Path != path)
                throw new HoneException(Text.Of($"{index} says that tensor {TensorEntry.Quote(name)} is in {TensorEntry.Quote(shard)}, but it is not.", $"{index} 称张量 {TensorEntry.Quote(name)} 在 {TensorEntry.Quote(shard)} 中，但并非如此。"));
        }
        if (_fileOf.Keys.FirstOrDefault(name => !shardOf.ContainsKey(name)) is { } unlisted)
            throw new HoneException(Text.Of($"{_fileOf[unlisted].Path}: tensor {TensorEntry.Quote(unlisted)} is not listed in {IndexFile}.", $"{_fileOf[unlisted].Path}：张量 {TensorEntry.Quote(unlisted)} 未列在 {IndexFile} 中。"));
    }

    static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var shardOf = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in document.RootElement.GetProperty("weight_map").EnumerateObject())
                shardOf.Add(entry.Name, entry.Value.GetString() ?? "");
            return shardOf;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of(
                $"{index} is not a readable index of shards with a weight_map of names to files ({error.Message})",
                $"{index} 不是可读的分片索引，其 weight_map 应把名称对应到文件（{error.Message}）"), error);
        }
    }
}
