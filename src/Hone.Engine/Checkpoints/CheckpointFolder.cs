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
            throw new HoneException($"{_path}: tensor {TensorEntry.Quote(name)} is missing; expected it with the shape {TensorEntry.Text(shape)}.");
        _used.Add(found);
        Parameter stored = _fileOf[found].Get(found, shape);
        return found == name ? stored : stored.Renamed(name);
    }

    public override void RequireAllUsed()
    {
        string[] unexpected = [.. Names.Where(name => !_used.Contains(name) && !IsNoWeight(name))];
        if (unexpected.Length > 0)
            throw new HoneException(
                $"{_fileOf[unexpected[0]].Path}: tensor {TensorEntry.Quote(unexpected[0])} is unexpected"
                    + (unexpected.Length > 1 ? $", and so are {unexpected.Length - 1} others" : "")
                    + "; the model described by config.json has no such weight."
            );
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
            throw new HoneException($"{file.Path}: tensor '{Head}' differs from '{embedding}', though config.json says that they are one. Set tie_word_embeddings to false in config.json.");
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
            throw new HoneException($"{_path} has neither {WeightsFile} nor {IndexFile}. Weights in other formats must be converted to safetensors first.");
    }

    void Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (string name in file.Tensors.Keys)
        {
            if (!_fileOf.TryAdd(name, file))
                throw new HoneException($"{path}: tensor {TensorEntry.Quote(name)} is already in {_fileOf[name].Path}.");
        }
    }

    void AddShards(string index)
    {
        Dictionary<string, string> shardOf = ReadIndex(index);
        foreach (string shard in shardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            // A bare file name: an index must not lead out of its folder.
            if (shard.AsSpan().IndexOfAny("/\\:") >= 0 || shard is "." or ".." or "" || shard.Any(char.IsControl))
                throw new HoneException($"{index} names the shard {TensorEntry.Quote(shard)}; expected the name of a file in the same folder.");
            string path = Path.Combine(_path, shard);
            if (!File.Exists(path))
                throw new HoneException($"{index} names the shard {TensorEntry.Quote(shard)}, which is missing. Download it again.");
            Add(path);
        }

        foreach ((string name, string shard) in shardOf)
        {
            string path = Path.Combine(_path, shard);
            if (!_fileOf.TryGetValue(name, out SafetensorsFile? file) || file.Path != path)
                throw new HoneException($"{index} says that tensor {TensorEntry.Quote(name)} is in {TensorEntry.Quote(shard)}, but it is not.");
        }
        if (_fileOf.Keys.FirstOrDefault(name => !shardOf.ContainsKey(name)) is { } unlisted)
            throw new HoneException($"{_fileOf[unlisted].Path}: tensor {TensorEntry.Quote(unlisted)} is not listed in {IndexFile}.");
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
            throw new HoneException($"{index} is not a readable index of shards with a weight_map of names to files ({error.Message})", error);
        }
    }
}
