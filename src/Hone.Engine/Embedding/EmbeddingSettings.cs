using System.Text.Json;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;

namespace Hone.Engine.Embedding;

/// <summary>How a model's folder wants its vectors made: the layout of sentence-transformers, or, without one, the usual way of the model's kind.</summary>
sealed record EmbeddingSettings
{
    const string ModulesFile = "modules.json";

    public required Pooling Pooling { get; init; }

    /// <summary>The longest text in tokens, those that the tokenizer adds included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Whether capitals are read as small letters.</summary>
    public bool LowersCase { get; init; }

    /// <summary>What is put before a text, by the name of what it is for, such as <c>query</c>.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>The prompt of a text for which none is named; null for nothing.</summary>
    public string? DefaultPrompt { get; init; }

    public static EmbeddingSettings Read(ModelFolder folder)
    {
        bool hasModules = File.Exists(Path.Combine(folder.Path, ModulesFile));
        // A model that writes text has hidden states too, but none that were trained to stand for a text.
        if (!folder.IsEncoder && !hasModules)
            throw new HoneException(Text.Of(
                $"This model writes text ({folder.Config.ModelType}) and was not trained to make embeddings: it has no {ModulesFile}, which says how they are made, as Qwen3-Embedding has. Name an embedding model, such as hone-embed.",
                $"该模型用于生成文本（{folder.Config.ModelType}），未经训练来生成向量：它没有说明如何生成向量的 {ModulesFile}（Qwen3-Embedding 就有）。请指定向量模型，如 hone-embed。"));
        var plain = new EmbeddingSettings { Pooling = folder.IsEncoder ? Pooling.Mean : Pooling.LastToken, MaxTokens = folder.Config.MaxPositions };
        return hasModules ? ReadModules(folder.Path, plain) : plain;
    }

    static EmbeddingSettings ReadModules(string folder, EmbeddingSettings plain)
    {
        string path = Path.Combine(folder, ModulesFile);
        EmbeddingSettings settings = plain;
        foreach ((string type, string part) in Modules(path))
        {
            settings = type switch
            {
                "Transformer" => OfTransformer(Path.Combine(folder, part, "sentence_bert_config.json"), settings),
                "Pooling" => settings with { Pooling = PoolingOf(Path.Combine(folder, part, "config.json")) },
                // Every vector here has length 1.
                "Normalize" => settings,
                _ => throw new HoneException($"{path} names a module of type \"{type}\", which is not supported. Supported: Transformer, Pooling, Normalize."),
            };
        }
        return settings.WithPrompts(Path.Combine(folder, "config_sentence_transformers.json"));
    }

    static List<(string Type, string Part)> Modules(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return
            [
                .. document.RootElement.EnumerateArray().Select(module =>
                    (module.GetProperty("type").GetString()!.Split('.')[^1], WithinFolder(path, module.GetProperty("path").GetString()!))),
            ];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IOException)
        {
            throw new HoneException($"{path} is not a list of modules with a type and a path ({error.Message}). Download the model again.", error);
        }
    }

    /// <summary>A plain name: a list of modules must not lead out of its folder.</summary>
    static string WithinFolder(string path, string part) =>
        part.AsSpan().IndexOfAny("/\\:") < 0 && part is not (".." or ".") ? part : throw new HoneException($"{path} names the folder \"{part}\"; expected one inside the model's folder.");

    static EmbeddingSettings OfTransformer(string path, EmbeddingSettings settings)
    {
        if (!File.Exists(path))
            return settings;
        JsonFile file = JsonFile.Read(path);
        return settings with
        {
            MaxTokens = Math.Min(settings.MaxTokens, file.Positive("max_seq_length", settings.MaxTokens)),
            LowersCase = file.Flag("do_lower_case") ?? false,
        };
    }

    static Pooling PoolingOf(string path)
    {
        JsonFile file = JsonFile.Read(path);
        // The mean would run over the text alone, and prompts are read as a part of it here.
        if (file.Flag("include_prompt") == false)
            throw file.Unsupported("include_prompt", Text.Of("a prompt counts as a part of its text", "提示会计入文本"));
        string[] modes = [.. file.Element.EnumerateObject().Where(field => field.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && field.Value.ValueKind == JsonValueKind.True).Select(field => field.Name)];
        return modes switch
        {
            ["pooling_mode_mean_tokens"] => Pooling.Mean,
            ["pooling_mode_cls_token"] => Pooling.Cls,
            ["pooling_mode_lasttoken"] => Pooling.LastToken,
            _ => throw new HoneException($"{path} asks for {(modes.Length == 0 ? "no pooling" : string.Join(" and ", modes))}. Supported: one of pooling_mode_mean_tokens, pooling_mode_cls_token, pooling_mode_lasttoken."),
        };
    }

    EmbeddingSettings WithPrompts(string path)
    {
        if (!File.Exists(path))
            return this;
        JsonFile file = JsonFile.Read(path);
        if (file.Object("prompts") is not { } prompts)
            return this;
        Dictionary<string, string> texts = prompts.Element.EnumerateObject().ToDictionary(prompt => prompt.Name, prompt => prompts.Text(prompt.Name) ?? "", StringComparer.Ordinal);
        string? fallback = file.Text("default_prompt_name") is not { } name ? null
            : texts.TryGetValue(name, out string? prompt) ? prompt
            : throw file.Wrong("default_prompt_name", Text.Of("the name of one of the prompts", "某个提示的名称"));
        return this with { Prompts = texts, DefaultPrompt = fallback is "" ? null : fallback };
    }
}
