using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Checkpoints;

namespace Hone.Engine.Models;

/// <summary>A model as a folder in Hugging Face layout: configuration, weights, tokenizer and chat template.</summary>
public sealed class ModelFolder : IDisposable
{
    public const string ConfigFile = "config.json";
    public const string TokenizerFile = "tokenizer.json";
    const string GenerationFile = "generation_config.json";
    const string TemplateFile = "chat_template.jinja";

    /// <summary>What belongs to a model besides its configuration and weights.</summary>
    static readonly string[] Companions =
    [
        TokenizerFile, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model",
        TemplateFile, GenerationFile, "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json",
    ];

    CheckpointFolder? _weights;

    ModelFolder(string path)
    {
        Path = path;
        Config = ModelConfig.Read(System.IO.Path.Combine(path, ConfigFile), [.. Architectures.Names, .. Architectures.EncoderNames]);
        Generation = GenerationDefaults.Read(System.IO.Path.Combine(path, GenerationFile));
    }

    public string Path { get; }

    public ModelConfig Config { get; }

    public GenerationDefaults Generation { get; }

    /// <summary>The tokens that end a text: those of generation_config.json, else those of config.json.</summary>
    public IReadOnlyList<int> EosTokenIds => Generation.EosTokenIds.Count > 0 ? Generation.EosTokenIds : Config.EosTokenIds;

    /// <summary>Whether the model makes embeddings and writes no text.</summary>
    public bool IsEncoder => Architectures.EncoderNames.Contains(Config.ModelType);

    public bool HasTokenizer => File.Exists(System.IO.Path.Combine(Path, TokenizerFile));

    /// <summary>Reads the configuration; the weights are left alone until <see cref="Load"/>.</summary>
    public static ModelFolder Open(string path)
    {
        if (!Directory.Exists(path))
            throw new HoneException(Text.Of($"The folder {path} does not exist.", $"文件夹 {path} 不存在。"));
        return new ModelFolder(System.IO.Path.GetFullPath(path));
    }

    /// <summary>A model on this folder's weights, which stay mapped until the folder is disposed. Each call builds a model of its own.</summary>
    public CausalModel Load()
    {
        _weights ??= CheckpointFolder.Open(Path);
        return Architectures.Create(Config, _weights);
    }

    /// <summary>As <see cref="Load"/>, for a model of any kind: for embeddings an encoder does, or a decoder without its head.</summary>
    public TransformerModel LoadAny()
    {
        _weights ??= CheckpointFolder.Open(Path);
        return Architectures.CreateAny(Config, _weights);
    }

    /// <summary>Every weight that the model takes, as it is stored, under the model's name for it.</summary>
    public IReadOnlyList<Parameter> StoredWeights()
    {
        _weights ??= CheckpointFolder.Open(Path);
        return [.. Architectures.CreateAny(Config, _weights).Parameters.Select(parameter => _weights.Get(parameter.Name, parameter.Shape))];
    }

    /// <summary>The chat template: of its own file, else the default one of tokenizer_config.json; null when there is none.</summary>
    public string? ReadChatTemplate() => TemplateSource.Read(Path).Default;

    /// <summary>Writes a model: the folder appears complete or not at all.</summary>
    /// <param name="configFile">The config.json to take over.</param>
    /// <param name="companionFolder">Where tokenizer, chat template and generation settings are copied from.</param>
    /// <param name="weights">Under their names in a checkpoint; a tied head is left out.</param>
    /// <param name="type">The precision of config.json; null keeps what it says.</param>
    public static void Write(string path, string configFile, string? companionFolder, IEnumerable<PendingTensor> weights, ElementType? type = null) =>
        AtomicFolder.Write(path, folder => Fill(folder, configFile, companionFolder, weights, type));

    /// <summary>As <see cref="Write(string, string, string, IEnumerable{PendingTensor}, ElementType?)"/>, into a folder that exists and is given its name by the caller.</summary>
    public static void Fill(string folder, string configFile, string? companionFolder, IEnumerable<PendingTensor> weights, ElementType? type = null)
    {
        WriteConfig(configFile, System.IO.Path.Combine(folder, ConfigFile), type);
        if (companionFolder is not null)
            CopyCompanions(companionFolder, folder);
        SafetensorsWriter.Write(System.IO.Path.Combine(folder, CheckpointFolder.WeightsFile), weights);
    }

    /// <inheritdoc cref="Write(string, string, string, IEnumerable{PendingTensor}, ElementType?)"/>
    /// <param name="type">The precision to write in.</param>
    public static void Write(string path, string configFile, string? companionFolder, IEnumerable<Parameter> weights, ElementType type) =>
        Write(path, configFile, companionFolder, weights.Select(weight => PendingTensor.Of(weight, type)), type);

    /// <summary>Copies tokenizer, chat template and generation settings.</summary>
    public static void CopyCompanions(string source, string target)
    {
        foreach (string name in Companions)
        {
            string file = System.IO.Path.Combine(source, name);
            if (!File.Exists(file))
                continue;
            string copy = System.IO.Path.Combine(target, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            AtomicFile.Copy(file, copy);
        }
    }

    public void Dispose() => _weights?.Dispose();

    static void WriteConfig(string source, string target, ElementType? type)
    {
        JsonObject config = JsonObject.Create(JsonFile.Read(source).Element)!;
        if (type is not null)
        {
            string field = config.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype";
            config[field] = type switch
            {
                ElementType.BF16 => "bfloat16",
                ElementType.F16 => "float16",
                _ => "float32",
            };
        }
        AtomicFile.WriteText(target, config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
