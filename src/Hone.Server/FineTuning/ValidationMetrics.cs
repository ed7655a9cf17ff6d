using System.Text.Json.Nodes;

namespace Hone.Server.FineTuning;

/// <summary>What was measured on the validation file, as events and checkpoints show it: what was not measured is absent.</summary>
static class ValidationMetrics
{
    public static void AddValidation(this JsonObject metrics, double? loss, double? meanTokenAccuracy, double? fullLoss, double? fullMeanTokenAccuracy)
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
