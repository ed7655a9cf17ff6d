using Hone.Engine.Training;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class MetricsTests
{
    [Fact]
    public void The_results_file_has_five_decimals_and_blanks_where_nothing_was_validated()
    {
        StepMetrics validated = Step(2) with { TrainLoss = 1, TrainMeanTokenAccuracy = 0.25, ValidLoss = 0.4, ValidMeanTokenAccuracy = 2 / 3.0 };
        StepMetrics wholly = Step(3) with { FullValidLoss = 12, FullValidMeanTokenAccuracy = 1 };

        string csv = ResultsCsv.Format([Step(1), validated, wholly]);

        csv.ShouldBe(
            """
            step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy
            1,1.52347,0.0,,
            2,1.0,0.25,0.4,0.66667
            3,1.52347,0.0,12.0,1.0

            """
        );
    }

    [Fact]
    public void The_log_keeps_every_step_and_drops_what_a_killed_run_wrote_too_much()
    {
        using var folder = new ScratchFolder();
        string path = Path.Combine(folder.Path, "metrics.jsonl");
        using (var log = new MetricsLog(path, lastStep: 0))
        {
            for (int step = 1; step <= 4; step++)
                log.Append(Step(step));
        }

        File.AppendAllText(path, "{\"step\":5,\"total_st");
        using (var log = new MetricsLog(path, lastStep: 3))
            log.Append(Step(4));

        MetricsLog.Read(path).ShouldBe(Enumerable.Range(1, 4).Select(Step));
        File.ReadLines(path).First().ShouldStartWith("{\"step\":1,\"total_steps\":9,\"epoch\":0.5,\"train_loss\":1.523468,\"train_mean_token_accuracy\":0,");
    }

    static StepMetrics Step(int step) =>
        new()
        {
            Step = step,
            TotalSteps = 9,
            Epoch = 0.5,
            TrainLoss = 1.523468,
            TrainMeanTokenAccuracy = 0,
            LearningRate = 1e-4,
            GradientNorm = 2,
            TrainedTokens = 100,
            TokensPerSecond = 10,
            SecondsLeft = 1,
        };
}
