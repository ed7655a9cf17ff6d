using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Engine.Training;
using Hone.Engine.Training.Objectives;
using Hone.Engine.Training.Runs;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

[Collection(RunsAlone.Name)]
public sealed class MemoryTests
{
    const int Layers = 24;

    // With one thread all of a step is done by the test's own, whose allocations are counted apart from those of everybody else; with three it begins the loops.
    [Theory]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 1)]
    [InlineData(false, false, 1)]
    [InlineData(false, false, 3)]
    public void A_step_like_the_last_allocates_next_to_nothing(bool isLora, bool recomputes, int threads)
    {
        int threadsBefore = Workers.Threads;
        Workers.Threads = threads;
        using var folder = new ScratchFolder();
        CausalModel model = isLora ? TinyModel.WithAdapter(dropout: 0, layers: Layers) : TinyModel.Full(Layers);
        var options = new TrainingOptions { BatchSize = 4, Epochs = 1, RecomputesBlocks = recomputes, ValidationInterval = 0, CheckpointMinutes = 0 };
        var allocated = new List<long>();

        new Trainer(model, options).Run(
            new Supervised(SameShape(40)), folder: folder.Path, events: new TrainingEvents { Step = _ => allocated.Add(GC.GetAllocatedBytesForCurrentThread()) });
        Workers.Threads = threadsBefore;

        long[] perStep = [.. allocated.Zip(allocated.Skip(1), (before, after) => after - before)];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', perStep));
        perStep[1..^1].ShouldAllBe(bytes => bytes < 120_000, "the last step writes the checkpoint of the epoch");
    }

    [Fact]
    public void The_arena_does_not_grow_after_the_first_step_nor_with_the_size_of_the_validation_set()
    {
        var runner = new BatchRunner(TinyModel.Full(), new TrainingOptions { MicroBatchTokens = 64 });
        var few = new Supervised(SameShape(8));
        var many = new Supervised(SameShape(800));
        runner.AddGradients(few, [.. Enumerable.Range(0, 8)], seed: 1, default).ShouldBeTrue();
        runner.Evaluate(few, [.. Enumerable.Range(0, 8)], default).ShouldBeTrue();
        long before = runner.AllocatedBytes;

        runner.AddGradients(few, [.. Enumerable.Range(0, 8)], seed: 2, default).ShouldBeTrue();
        runner.Evaluate(many, [.. Enumerable.Range(0, 800)], default).ShouldBeTrue();

        runner.AllocatedBytes.ShouldBe(before);
    }

    [Fact]
    public void The_estimate_of_the_activations_is_near_the_truth()
    {
        CausalModel model = TinyModel.Full(layers: 16, width: 256);
        var examples = new Supervised(SameShape(40));
        var kept = new BatchRunner(model, new TrainingOptions());
        var recomputed = new BatchRunner(model, new TrainingOptions(), recomputesBlocks: true);

        kept.AddGradients(examples, [.. Enumerable.Range(0, 40)], seed: 1, default).ShouldBeTrue();
        recomputed.AddGradients(examples, [.. Enumerable.Range(0, 40)], seed: 1, default).ShouldBeTrue();

        double estimate = ActivationMemory.Bytes(model.Config, ActivationMemory.LargestPass(examples, new TrainingOptions { BatchSize = 40 }));
        (kept.AllocatedBytes / estimate).ShouldBeInRange(0.7, 1.6);
        recomputed.AllocatedBytes.ShouldBeLessThan(kept.AllocatedBytes / 2);
    }

    [Fact]
    public void Examples_that_are_contrasted_pass_together_however_many_tokens_they_have()
    {
        ContrastiveExample[] pairs = [.. Enumerable.Range(0, 10).Select(i => new ContrastiveExample(new int[30], new int[20], [], i + 1))];

        ActivationMemory.LargestPass(new Contrastive(pairs, Pooling.Mean), new TrainingOptions { BatchSize = 8, MicroBatchTokens = 100 }).ShouldBe(400);
    }

    static TrainingExample[] SameShape(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TrainingExample([.. Enumerable.Range(0, 20).Select(t => (i + t) % TinyModel.VocabSize)], [.. Enumerable.Repeat(1f, 20)], i + 1))];
}
