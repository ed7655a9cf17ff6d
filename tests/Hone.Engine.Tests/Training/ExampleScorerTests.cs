using Hone.Engine.Models;
using Hone.Engine.Training;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class ExampleScorerTests
{
    [Fact]
    public void The_score_is_the_sum_of_the_targets_log_probabilities_alone_and_among_others()
    {
        using var folder = ModelFolder.Open(ParityFolder.Model("stories260k"));
        CausalModel model = folder.Load();
        TrainingExample[] examples = [.. Enumerable.Range(3, 6).Select(length => Example(length))];

        double[] scores = new ExampleScorer(model).LogProbabilities(examples);

        for (int i = 0; i < examples.Length; i++)
            scores[i].ShouldBe(Expected(model, examples[i]), 1e-3);
    }

    static TrainingExample Example(int length) =>
        new([1, .. Enumerable.Range(0, length).Select(t => 300 + (7 * t))], [0, 0, .. Enumerable.Repeat(1f, length - 1)], 1);

    static double Expected(CausalModel model, TrainingExample example)
    {
        TokenBatch batch = TokenBatch.Pack(example.Ids);
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = batch.Ids, Positions = batch.Positions, Segments = batch.Segments, TargetRows = [.. Enumerable.Range(0, batch.Length)] },
        };
        Tensor logits = model.Logits(tape);
        double sum = 0;
        for (int t = 1; t < example.Ids.Length; t++)
        {
            if (example.Weights[t] == 0)
                continue;
            double[] row = [.. logits.Row(t - 1).ToArray().Select(x => (double)x)];
            sum += row[example.Ids[t]] - Math.Log(row.Sum(Math.Exp));
        }

        return sum;
    }
}
