using Hone.Engine.Adapters;
using Hone.Engine.Models;

namespace Hone.Server.FineTuning;

/// <summary>The adapter of a LoRA or DPO job.</summary>
/// <param name="TargetModules">Names separated by commas, or <see cref="AllLinear"/>.</param>
public sealed record AdapterShape(int Rank, double Alpha, double Dropout, bool RankStabilised, string TargetModules)
{
    public const string AllLinear = "all-linear";
    const int DefaultRank = 16;

    /// <param name="present">The adapter of the model that is tuned: what is not chosen stays as it is there.</param>
    public static AdapterShape Of(Hyperparameters chosen, LoraConfig? present)
    {
        int rank = chosen.Rank ?? present?.Rank ?? DefaultRank;
        return new AdapterShape(
            rank,
            chosen.Alpha ?? (present is not null && rank == present.Rank ? present.Alpha : 2 * rank),
            chosen.Dropout ?? present?.Dropout ?? 0,
            chosen.RankStabilised ?? present?.IsRankStabilised ?? false,
            chosen.TargetModules != Hyperparameters.Auto ? Normal(chosen.TargetModules)
                : present is null ? AllLinear
                : Normal(string.Join(',', present.Targets.Names ?? [AllLinear]))
        );
    }

    /// <summary>Whether the adapter of another model can go on in this shape: same numbers, same layers.</summary>
    public bool Continues(LoraAdapter present, IReadOnlyList<Linear> linears)
    {
        LoraConfig config = present.Config;
        bool isAlike = config.Rank == Rank && config.Alpha == Alpha && config.Dropout == Dropout && config.IsRankStabilised == RankStabilised;
        bool isUniform = config.RankPatterns.Count == 0 && config.AlphaPatterns.Count == 0;
        LoraTargets targets = ToConfig("").Targets;
        return isAlike && isUniform && linears.All(linear => targets.Select(linear.Name) == present.Layers.ContainsKey(linear.Name));
    }

    public LoraConfig ToConfig(string baseModel) =>
        new()
        {
            Rank = Rank,
            Alpha = Alpha,
            Dropout = Dropout,
            IsRankStabilised = RankStabilised,
            Targets = TargetModules == AllLinear ? LoraTargets.All : LoraTargets.Of(TargetModules.Split(',')),
            BaseModel = baseModel,
        };

    static string Normal(string names) =>
        string.Join(',', names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
