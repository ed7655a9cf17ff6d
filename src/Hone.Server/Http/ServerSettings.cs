using System.Text.Json;
using System.Text.Json.Serialization;
using Hone.Data.Checks.Reports;
using Hone.Engine;
using Hone.Server.Inference;
using Hone.Server.Jobs;
using Hone.Server.Limits;

namespace Hone.Server.Http;

/// <summary>The settings file of a server, one section per feature. A section that is absent has its defaults; a name that nobody knows is refused.</summary>
public sealed record ServerSettings
{
    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Names of OpenAI's models and the local ones that they stand for; <see cref="Models.ModelAliases"/> reads them.</summary>
    public Dictionary<string, string> Aliases { get; init; } = [];

    public LimitSettings Limits { get; init; } = new();

    public JobSettings Jobs { get; init; } = new();

    public InferenceLimits Inference { get; init; } = new();

    /// <summary>What others charge for training, in place of the built-in table.</summary>
    public PriceTable? Prices { get; init; }

    /// <summary>Reads the file.</summary>
    /// <param name="isRequired">Whether it must exist; else its absence means defaults.</param>
    public static ServerSettings Read(string path, bool isRequired)
    {
        if (!isRequired && !File.Exists(path))
            return new ServerSettings();
        try
        {
            ServerSettings settings = JsonSerializer.Deserialize<ServerSettings>(File.ReadAllBytes(path), Format) ?? throw new JsonException("It is null.");
            settings.Require();
            return settings;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"The settings {path} cannot be read: {error.Message}", $"无法读取设置 {path}：{error.Message}"), error);
        }
    }

    void Require()
    {
        if (Limits.RequestsPerMinute < 1 || Limits.TokensPerMinute < 1)
            throw new JsonException("\"limits\" must be at least 1.");
        if (Jobs.AtOnce is < 1 or > JobSettings.MostAtOnce)
            throw new JsonException($"\"at_once\" of \"jobs\" must be 1 to {JobSettings.MostAtOnce}.");
        if (Inference.MemoryBytes < 1 || Inference.ConstraintBytes < 1 || Inference.MaxRunning < 1 || Inference.MaxWaiting < 1)
            throw new JsonException("\"inference\" must be at least 1.");
    }
}
