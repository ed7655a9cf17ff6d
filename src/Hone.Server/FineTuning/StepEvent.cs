using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Training;

namespace Hone.Server.FineTuning;

/// <summary>An update of the weights in the words of the API: the text with two decimals, the data in full.</summary>
static class StepEvent
{
    public static string Message(StepMetrics step)
    {
        string valid = step.ValidLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation loss={loss:0.00}") : "";
        string full = step.FullValidLoss is { } fullLoss ? string.Create(CultureInfo.InvariantCulture, $", full validation loss={fullLoss:0.00}") : "";
        string ranks = step.FullValidSpearman is { } spearman ? string.Create(CultureInfo.InvariantCulture, $", validation spearman={spearman:0.000}")
            : step.FullValidReciprocalRank is { } rank ? string.Create(CultureInfo.InvariantCulture, $", validation mrr={rank:0.000}")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"Step {step.Step}/{step.TotalSteps}: training loss={step.TrainLoss:0.00}{valid}{full}{ranks}");
    }

    public static string Data(StepMetrics step)
    {
        JsonObject data = new()
        {
            ["step"] = step.Step,
            ["train_loss"] = step.TrainLoss,
            ["total_steps"] = step.TotalSteps,
            ["train_mean_token_accuracy"] = step.TrainMeanTokenAccuracy,
        };
        data.AddValidation(step.ValidLoss, step.ValidMeanTokenAccuracy, step.FullValidLoss, step.FullValidMeanTokenAccuracy);
        data.AddRanks(step.FullValidSpearman, step.FullValidReciprocalRank);
        return data.ToJsonString();
    }
}
