using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hone.Engine;

namespace Hone.Server.Pretraining;

/// <summary>What <c>hone pretrain --config</c> says: the shape of the model and how it is trained.</summary>
public sealed record PretrainConfig
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    static readonly JsonDocumentOptions Document = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    const int MostSteps = 100_000_000;

    /// <summary>The model's <c>config.json</c>; <c>vocab_size</c> and the ids of special tokens come from the tokenizer when they are left out.</summary>
    public required JsonObject Model { get; init; }

    /// <summary>Tokens of a training sequence; of a text of a pair at most.</summary>
    public int Context { get; init; } = 512;

    /// <summary>Tokens of a step.</summary>
    public int BatchTokens { get; init; } = 8192;

    /// <summary>Tokens to train on; the corpus is repeated when it has fewer.</summary>
    public long Tokens { get; init; } = 10_000_000;

    public double LearningRate { get; init; } = 3e-3;

    /// <summary><c>constant</c>, <c>linear</c> or <c>cosine</c>.</summary>
    public string Schedule { get; init; } = "cosine";

    public int WarmupSteps { get; init; } = 100;

    public double WeightDecay { get; init; } = 0.1;

    public double Clip { get; init; } = 1;

    public double Beta2 { get; init; } = 0.95;

    public int Seed { get; init; } = 1;

    /// <summary>For an encoder: what the cosine of two vectors is multiplied by, the inverse of the temperature.</summary>
    public double Scale { get; init; } = 20;

    /// <summary>For an encoder: ends of its vectors that are to be useful alone, the greatest first; empty for whole vectors only.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [];

    /// <summary>The part of the corpus that is kept for the validation loss.</summary>
    public double ValidationShare { get; init; } = 0.002;

    /// <summary>Steps from one validation and checkpoint to the next.</summary>
    public int CheckpointSteps { get; init; } = 200;

    /// <summary>How the weights are written: <c>float32</c> or <c>bfloat16</c>.</summary>
    public string Dtype { get; init; } = "bfloat16";

    /// <summary>The special token after each document; the tokenizer's end token when left out.</summary>
    public string? DocumentEnd { get; init; }

    /// <summary>The tokens that end a generated text; <see cref="DocumentEnd"/> when empty.</summary>
    public IReadOnlyList<string> EndTokens { get; init; } = [];

    public static PretrainConfig Read(string path)
    {
        JsonObject settings = Parse(path);
        string[] known = [.. Json.GetTypeInfo(typeof(PretrainConfig)).Properties.Select(property => property.Name)];
        if (settings.Select(setting => setting.Key).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new HoneException(Text.Of($"{path}: there is no setting {unknown}. Known are {string.Join(", ", known)}.", $"{path}：没有设置项 {unknown}。可用的有 {string.Join("、", known)}。"));
        if (settings["model"] is not JsonObject)
            throw new HoneException(Text.Of($"{path}: model must be an object, the model's config.json.", $"{path}：model 必须是对象，即模型的 config.json。"));
        try
        {
            PretrainConfig config = settings.Deserialize<PretrainConfig>(Json)!;
            config.Check(path);
            return config;
        }
        catch (JsonException error)
        {
            string field = error.Path?.TrimStart('$', '.') ?? "";
            throw new HoneException(Text.Of($"{path}: {field} has a value of another kind than expected.", $"{path}：{field} 的值类型不对。"), error);
        }
    }

    static JsonObject Parse(string path)
    {
        if (!File.Exists(path))
            throw new HoneException(Directory.Exists(path)
                ? Text.Of($"{path} is a folder. Name the configuration in it.", $"{path} 是文件夹。请指定其中的配置文件。")
                : Text.Of($"There is no configuration {path}.", $"配置文件 {path} 不存在。"));
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Document) as JsonObject
                ?? throw new HoneException(Text.Of($"{path} is no configuration for pretraining: it must be a JSON object.", $"{path} 不是预训练配置：必须是 JSON 对象。"));
        }
        catch (JsonException error)
        {
            throw new HoneException(Text.Of($"{path} is no configuration for pretraining: {error.Message}", $"{path} 不是预训练配置：{error.Message}"), error);
        }
    }

    void Check(string path)
    {
        Require(EndTokens is not null && EndTokens.All(token => token is not null), "end_tokens", Text.Of("a list of tokens", "是词元的列表"));
        Require(Context is >= 8 and <= 1 << 20, "context", Text.Of("from 8 to 1048576", "在 8 到 1048576 之间"));
        Require(BatchTokens >= Context && BatchTokens <= 1 << 24, "batch_tokens", Text.Of("from context to 16777216", "在 context 到 16777216 之间"));
        Require(double.IsFinite(Scale) && Scale > 0, "scale", Text.Of("greater than 0", "大于 0"));
        Require(Dimensions is not null && Dimensions.All(size => size > 0 && size <= (Model["hidden_size"]?.GetValue<int>() ?? int.MaxValue)) && Dimensions.Zip(Dimensions.Skip(1)).All(pair => pair.First > pair.Second), "dimensions", Text.Of("numbers up to the model's hidden_size, the greatest first", "是不超过模型 hidden_size 的数字，从大到小"));
        Require(Tokens >= BatchTokens && Tokens / BatchTokens <= MostSteps, "tokens", Text.Of("from batch_tokens to a hundred million times as many", "在 batch_tokens 到其一亿倍之间"));
        Require(double.IsFinite(LearningRate) && LearningRate > 0, "learning_rate", Text.Of("greater than 0", "大于 0"));
        Require(Schedule is "constant" or "linear" or "cosine", "schedule", Text.Of("constant, linear or cosine", "是 constant、linear 或 cosine"));
        Require(WarmupSteps >= 0, "warmup_steps", Text.Of("0 or more", "不小于 0"));
        Require(WeightDecay is >= 0 and < 1, "weight_decay", Text.Of("from 0 to 1", "在 0 到 1 之间"));
        Require(Clip > 0, "clip", Text.Of("greater than 0", "大于 0"));
        Require(Beta2 is > 0 and < 1, "beta2", Text.Of("between 0 and 1", "在 0 与 1 之间"));
        Require(Seed >= 0, "seed", Text.Of("0 or more", "不小于 0"));
        Require(ValidationShare is >= 0 and <= 0.5, "validation_share", Text.Of("from 0 to 0.5", "在 0 到 0.5 之间"));
        Require(CheckpointSteps > 0, "checkpoint_steps", Text.Of("1 or more", "不小于 1"));
        Require(Dtype is "float32" or "bfloat16", "dtype", Text.Of("float32 or bfloat16", "是 float32 或 bfloat16"));

        void Require(bool isMet, string field, string expected)
        {
            if (!isMet)
                throw new HoneException(Text.Of($"{path}: {field} must be {expected}.", $"{path}：{field} 必须{expected}。"));
        }
    }
}
