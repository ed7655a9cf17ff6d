using System.Text.Json.Nodes;
using Hone.Engine.Training;
using Hone.Server.FineTuning;

namespace Hone.Cli.FineTuning;

/// <summary>One step of a training as a line of <c>--json</c>; values that were not measured are left out.</summary>
static class StepJson
{
    public static JsonObject Of(StepMetrics step)
    {
        JsonObject line = new()
        {
            ["step"] = step.Step,
            ["total_steps"] = step.TotalSteps,
            ["train_loss"] = step.TrainLoss,
            ["train_mean_token_accuracy"] = step.TrainMeanTokenAccuracy,
        };
        Add("valid_loss", step.ValidLoss);
        Add("valid_mean_token_accuracy", step.ValidMeanTokenAccuracy);
        Add("full_valid_loss", step.FullValidLoss);
        Add("full_valid_mean_token_accuracy", step.FullValidMeanTokenAccuracy);
        line.AddRanks(step.FullValidSpearman, step.FullValidReciprocalRank);
        line["learning_rate"] = step.LearningRate;
        line["gradient_norm"] = step.GradientNorm;
        line["tokens_per_second"] = Math.Round(step.TokensPerSecond, 1);
        line["seconds_left"] = Math.Round(step.SecondsLeft, 1);
        return line;

        void Add(string name, double? value)
        {
            if (value is not null)
                line[name] = value;
        }
    }
}
