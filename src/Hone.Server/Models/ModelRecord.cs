using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Server.Models;

/// <summary>What a folder of the data folder's <c>models/</c> holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelContent>))]
public enum ModelContent
{
    /// <summary>A whole model.</summary>
    [JsonStringEnumMemberName("weights")]
    Weights,

    /// <summary>A LoRA adapter, to be used on its base.</summary>
    [JsonStringEnumMemberName("adapter")]
    Adapter,

    /// <summary>Nothing but the path of a model elsewhere.</summary>
    [JsonStringEnumMemberName("link")]
    Link,
}

/// <summary>A data file that a model was trained or validated on.</summary>
public sealed record TrainingData(string File, string Sha256, string Purpose, int Examples);

/// <summary><c>hone.json</c>: where a model comes from and how it was made.</summary>
public sealed record ModelRecord
{
    public const string FileName = "hone.json";

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The name by which users ask for the model.</summary>
    public required string Id { get; init; }

    public required ModelContent Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of a fine-tuned model: the model whose weights the adapter belongs to, or the training began from.</summary>
    public string? Base { get; init; }

    /// <summary>What identifies the weights of <see cref="Base"/>: an adapter fits no others.</summary>
    public string? BaseFingerprint { get; init; }

    /// <summary>From the first base on: each model that was tuned, and how, this one last.</summary>
    public IReadOnlyList<string> Lineage { get; init; } = [];

    /// <summary>lora, full or dpo.</summary>
    public string? Method { get; init; }

    public string? Job { get; init; }

    public ulong? Seed { get; init; }

    /// <summary>Every value as it was used, those that were "auto" resolved.</summary>
    public JsonObject? Hyperparameters { get; init; }

    public IReadOnlyList<TrainingData>? Data { get; init; }

    public JsonObject? Metrics { get; init; }

    /// <summary>Of an added model: the folder it was copied from or refers to.</summary>
    public string? Source { get; init; }

    public static ModelRecord Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<ModelRecord>(File.ReadAllBytes(path), Format) ?? throw new JsonException("It is null.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            string reason = error is JsonException { Path: { } place } ? Text.Of($"it is damaged at {place}.", $"{place} 处已损坏。") : error.Message;
            throw new HoneException(Text.Of($"{path} cannot be read: {reason} Restore it, or delete its folder.", $"无法读取 {path}：{reason} 请恢复该文件，或删除它所在的文件夹。"), error);
        }
    }

    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Format) + "\n");
}
