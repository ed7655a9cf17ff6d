namespace Hone.Engine.Adapters;

/// <summary>The shape of a LoRA adapter: what <c>adapter_config.json</c> says.</summary>
public sealed record LoraConfig
{
    public int Rank { get; init; } = 16;

    public double Alpha { get; init; } = 32;

    /// <summary>The probability that an input of A is zero in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Scale by alpha / √rank instead of alpha / rank (Kalajdzievski 2023).</summary>
    public bool IsRankStabilised { get; init; }

    public LoraTargets Targets { get; init; } = LoraTargets.All;

    /// <summary>Ranks of modules that differ, by pattern; the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> RankPatterns { get; init; } = [];

    /// <summary>Alphas of modules that differ, by pattern; the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPatterns { get; init; } = [];

    /// <summary>What the adapter was trained on; for people.</summary>
    public string? BaseModel { get; init; }

    public int RankOf(string module) => (int)LoraTargets.ValueFor(module, RankPatterns, Rank);

    public float ScaleOf(string module)
    {
        double rank = RankOf(module);
        return (float)(LoraTargets.ValueFor(module, AlphaPatterns, Alpha) / (IsRankStabilised ? Math.Sqrt(rank) : rank));
    }
}
