using System.Text.Json;
using Hone.Data.Formats;

namespace Hone.Data.Checks.Reports;

/// <summary>What others charge for training. The built-in table is <c>prices.json</c>; settings may bring another one.</summary>
public sealed record PriceTable
{
    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    static readonly Lazy<PriceTable> Own = new(Read);

    /// <summary>OpenAI's published prices, with their date.</summary>
    public static PriceTable BuiltIn => Own.Value;

    /// <summary>What the table is about, for those who edit it.</summary>
    public string? Note { get; init; }

    /// <summary>The day on which these were the prices.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Where they were published.</summary>
    public required string Source { get; init; }

    public required string Currency { get; init; }

    /// <summary>The prices by the name of the model, in the order in which they are shown.</summary>
    public required IReadOnlyDictionary<string, ModelPrice> Models { get; init; }

    /// <summary>What each model that can learn from such data costs: billed are the tokens of every example up to the longest that the model takes, in every epoch.</summary>
    /// <param name="kind">What the file holds; null where nothing says it.</param>
    internal IReadOnlyList<Cost> CostsOf(Histogram tokens, int epochs, DatasetKind? kind) =>
        [
            .. Models.Where(model => kind is not { } held || model.Value.Takes(held)).Select(model =>
            {
                long billed = tokens.TotalUpTo(model.Value.LongestExample ?? int.MaxValue) * epochs;
                return new Cost(model.Key, model.Value.PerMillion, billed, Math.Round(model.Value.PerMillion * billed / 1_000_000m, 4), model.Value.TrainingEnds);
            }),
        ];

    static PriceTable Read()
    {
        using Stream json = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize<PriceTable>(json, Format)!;
    }
}

/// <param name="PerMillion">The price of a million tokens.</param>
/// <param name="LongestExample">Tokens of the longest example; what is beyond is cut off and not billed. Null where all of it is billed.</param>
public sealed record ModelPrice(decimal PerMillion, int? LongestExample = null)
{
    /// <summary>Whether the model can learn from conversations. Where nothing is said about any kind of data, it can learn from all.</summary>
    public bool Chat { get; init; }

    /// <summary>Whether it can learn from prompts and completions.</summary>
    public bool Completion { get; init; }

    /// <summary>Whether it can learn from preferences.</summary>
    public bool Preference { get; init; }

    /// <summary>The day from which training cannot be started any more; null where none is known.</summary>
    public DateOnly? TrainingEnds { get; init; }

    /// <summary>The day of this price, where it is not that of the table.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Where this price was published, where it is not where the others were.</summary>
    public string? Source { get; init; }

    internal bool Takes(DatasetKind kind) =>
        (!Chat && !Completion && !Preference) || kind switch { DatasetKind.Chat => Chat, DatasetKind.Completion => Completion, _ => Preference };
}

/// <summary>What the training of a model would cost.</summary>
/// <param name="BilledTokens">Of all epochs.</param>
/// <param name="TrainingEnds">The day from which training cannot be started any more; null where none is known.</param>
public sealed record Cost(string Model, decimal PerMillion, long BilledTokens, decimal Total, DateOnly? TrainingEnds = null);
