using System.Globalization;
using System.Text;
using Hone.Engine.Checkpoints;

namespace Hone.Engine.Training;

/// <summary>The results file of a fine-tuning job, as the OpenAI API gives it: one row per step, five decimals, blank where nothing was validated.</summary>
public static class ResultsCsv
{
    public const string Header = "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy";

    public static void Write(string path, IEnumerable<StepMetrics> steps) => AtomicFile.WriteText(path, Format(steps));

    public static string Format(IEnumerable<StepMetrics> steps)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (StepMetrics step in steps)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{step.Step},{step.TrainLoss:0.0####},{step.TrainMeanTokenAccuracy:0.0####},{step.ValidLoss ?? step.FullValidLoss:0.0####},{step.ValidMeanTokenAccuracy ?? step.FullValidMeanTokenAccuracy:0.0####}\n"
            );
        }

        return text.ToString();
    }
}
