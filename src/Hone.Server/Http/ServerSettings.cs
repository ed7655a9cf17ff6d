using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Names of OpenAI's models and the local ones that they stand for; <see cref="Models.ModelAliases"/> reads them.</summary>
    public Dictionary<string, string> Aliases { get; init; } = [];

    public LimitSettings Limits { get; init; } = new();

    public JobSettings Jobs { get; init; } = new();

    public InferenceLimits Inference { get; init; } = new();

    /// <summary>What others charge for training, in place of the built-in table.</summary>
    public PriceTable? Prices { get; init; }

    /// <summary>Reads the file. What is wrong with it is said with line and key.</summary>
    /// <param name="isRequired">Whether it must exist; else its absence means defaults.</param>
    public static ServerSettings Read(string path, bool isRequired)
    {
        if (!isRequired && !File.Exists(path))
            return new ServerSettings();
        return SettingsJson.Read<ServerSettings>(path, Format, static (settings, refuse) => settings.Check(refuse));
    }

    /// <param name="refuse">Takes the key of a value that is out of its range, and what it must be.</param>
    void Check(Action<string, string> refuse)
    {
        AtLeastOne("limits.requests_per_minute", Limits.RequestsPerMinute);
        AtLeastOne("limits.tokens_per_minute", Limits.TokensPerMinute);
        if (Jobs.AtOnce is < 1 or > JobSettings.MostAtOnce)
            refuse("jobs.at_once", Text.Of($"a whole number from 1 to {JobSettings.MostAtOnce}", $"1 到 {JobSettings.MostAtOnce} 的整数"));
        AtLeastOne("inference.memory_bytes", Inference.MemoryBytes);
        AtLeastOne("inference.constraint_bytes", Inference.ConstraintBytes);
        AtLeastOne("inference.max_running", Inference.MaxRunning);
        AtLeastOne("inference.max_waiting", Inference.MaxWaiting);

        void AtLeastOne(string key, long value)
        {
            if (value < 1)
                refuse(key, Text.Of("a whole number of 1 or more", "不小于 1 的整数"));
        }
    }
}
