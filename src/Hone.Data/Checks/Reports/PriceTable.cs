using System.Text.Json;

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

    /// <summary>What each model costs: billed are the tokens of every example up to the longest that the model takes, in every epoch.</summary>
    internal IReadOnlyList<Cost> CostsOf(Histogram tokens, int epochs) =>
        [
            .. Models.Select(model =>
            {
                long billed = tokens.TotalUpTo(model.Value.LongestExample) * epochs;
                return new Cost(model.Key, model.Value.PerMillion, billed, Math.Round(model.Value.PerMillion * billed / 1_000_000m, 4));
            }),
        ];

    static PriceTable Read()
    {
        using Stream json = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize<PriceTable>(json, Format)!;
    }
}

/// <param name="PerMillion">The price of a million tokens.</param>
/// <param name="LongestExample">Tokens of the longest example; what is beyond is cut off and not billed.</param>
public sealed record ModelPrice(decimal PerMillion, int LongestExample);

/// <summary>What the training of a model would cost.</summary>
/// <param name="BilledTokens">Of all epochs.</param>
public sealed record Cost(string Model, decimal PerMillion, long BilledTokens, decimal Total);
