using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Engine;

namespace Hone.Data.Checks.Reports;

/// <summary>What a check found out about a training file.</summary>
public sealed record CheckReport
{
    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = ReadableJson.Encoder };

    public required string File { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Whether the lines that were checked are not those of the file, but what <c>hone data convert</c> makes of it.</summary>
    public bool IsConverted { get; init; }

    /// <summary>Null when no line said it.</summary>
    public required DatasetKind? Kind { get; init; }

    /// <summary>What pairs of texts look like; null where the file holds none.</summary>
    public PairSummary? Pairs { get; init; }

    /// <summary>Lines that are not blank.</summary>
    public required long Examples { get; init; }

    /// <summary>Examples with an error; they are left out of all numbers below.</summary>
    public required long ExamplesWithErrors { get; init; }

    /// <summary>What training refuses.</summary>
    public required long Errors { get; init; }

    /// <summary>What training takes, but is worth a look.</summary>
    public required long Warnings { get; init; }

    public required IReadOnlyList<FindingGroup> Findings { get; init; }

    /// <summary>Conversations without a system or developer message.</summary>
    public required long MissingSystem { get; init; }

    /// <summary>Conversations without a user message.</summary>
    public required long MissingUser { get; init; }

    /// <summary>Messages of an example; null where there are no conversations.</summary>
    public Distribution? Messages { get; init; }

    /// <summary>By the published rule; null when tokens were not counted.</summary>
    public TokenSummary? Tokens { get; init; }

    /// <summary>By the model that is to be trained; null when none was named.</summary>
    public ModelSummary? Model { get; init; }

    /// <summary>Passes over the data.</summary>
    public required int Epochs { get; init; }

    /// <summary>The classes of a classification, the largest first; none for other tasks.</summary>
    public IReadOnlyList<ClassSummary> Classes { get; init; } = [];

    /// <summary>Why the file cannot be read as what it is, in the words of the fine-tuning API: the first reason; null when it can.</summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Format)!.AsObject();

    /// <exception cref="JsonException">It is no report.</exception>
    public static CheckReport Read(Stream json) => JsonSerializer.Deserialize<CheckReport>(json, Format) ?? throw new JsonException("The report is null.");
}

/// <summary>Tokens by the published rule, and what they would cost.</summary>
/// <param name="Limit">Tokens of an example above which the published rule warns; those beyond it are not billed.</param>
/// <param name="OverLimit">Examples above it.</param>
/// <param name="Billed">Of one epoch.</param>
/// <param name="BilledInAll">Of all epochs.</param>
/// <param name="PricesAsOf">The day of the prices.</param>
/// <param name="PricesSource">Where they were published.</param>
public sealed record TokenSummary(
    string Encoding,
    Distribution Total,
    Distribution Assistant,
    int Limit,
    long OverLimit,
    long Billed,
    long BilledInAll,
    IReadOnlyList<Cost> Costs,
    string Currency,
    DateOnly PricesAsOf,
    string PricesSource);

/// <summary>Tokens as the model itself reads the examples, through its template.</summary>
/// <param name="Context">The most tokens that one text may have.</param>
/// <param name="Targets">Tokens that carry loss; null for an encoder, which learns from texts as a whole.</param>
/// <param name="Longest">Tokens of the longest text.</param>
/// <param name="LongestLine">Where it stands.</param>
public sealed record ModelSummary(string Name, int Context, Distribution Total, Distribution? Targets, int Longest, int LongestLine)
{
    /// <summary>How long training takes here; null when it was not measured.</summary>
    public TrainingForecast? Training { get; init; }
}

/// <summary>Pairs of texts, from which encoders learn.</summary>
/// <param name="Count">Those without errors.</param>
/// <param name="WithNegatives">Those of them with texts that only look as if they belonged together.</param>
/// <param name="Characters">The lengths of the texts, by their field.</param>
/// <param name="Scores">Null for pairs without scores.</param>
public sealed record PairSummary(PairKind Kind, long Count, long WithNegatives, IReadOnlyList<TextLengths> Characters, ScoreSummary? Scores);

/// <summary>How long the texts of a field are, in characters.</summary>
public sealed record TextLengths(string Field, Distribution Characters);

/// <summary>The least, the mean and the greatest score.</summary>
public sealed record ScoreSummary(double Least, double Mean, double Greatest);

/// <summary>What training takes on this machine, from a short measurement.</summary>
/// <param name="TokensPerSecond">Of the measured steps.</param>
/// <param name="Minutes">Of all epochs.</param>
/// <param name="MemoryBytes">The most physical memory that the measured steps took, a batch with the longest example among them.</param>
/// <param name="EstimatedMemoryBytes">The same by calculation.</param>
/// <param name="MeasuredSteps">Steps that were timed.</param>
public sealed record TrainingForecast(string Method, int Steps, double TokensPerSecond, double Minutes, long MemoryBytes, long EstimatedMemoryBytes, int MeasuredSteps);
