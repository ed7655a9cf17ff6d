using System.Text.Json.Nodes;

namespace Hone.Server.FineTuning;

/// <summary>What was measured on the validation file, as events and checkpoints show it: what was not measured is absent.</summary>
public static class ValidationMetrics
{
    /// <summary>Of pairs of texts: how well cosines have the order of scores, or at which place partners are found.</summary>
    public static readonly string[] OfRanks = ["full_valid_spearman", "full_valid_mrr"];

    public static void AddRanks(this JsonObject metrics, double? spearman, double? reciprocalRank)
    {
        foreach ((string name, double? value) in OfRanks.Zip((double?[])[spearman, reciprocalRank]))
            if (value is not null)
                metrics[name] = value;
    }

    internal static void AddValidation(this JsonObject metrics, double? loss, double? meanTokenAccuracy, double? fullLoss, double? fullMeanTokenAccuracy)
    {
        Add("valid_loss", loss);
        Add("valid_mean_token_accuracy", meanTokenAccuracy);
        Add("full_valid_loss", fullLoss);
        Add("full_valid_mean_token_accuracy", fullMeanTokenAccuracy);

        void Add(string name, double? value)
        {
            if (value is not null)
                metrics[name] = value;
        }
    }
}
