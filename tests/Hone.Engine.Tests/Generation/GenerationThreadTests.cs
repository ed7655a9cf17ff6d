using Hone.Engine.Generation;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

[Collection(RunsAlone.Name)]
public sealed class GenerationThreadTests
{
    const int Steps = 100;

    // With one thread all of a step is done by the test's own, whose allocations are counted apart from those of everybody else; with three it begins the loops.
    [Theory]
    [InlineData("llama", 1, 1)]
    [InlineData("llama", 8, 1)]
    [InlineData("llama", 8, 3)]
    [InlineData("gpt2", 3, 1)]
    public void A_token_allocates_next_to_nothing(string family, int streams, int threads)
    {
        int threadsBefore = Workers.Threads;
        Workers.Threads = threads;
        var session = new GenerationSession(SmallModel.Create(family), []);
        for (int i = 0; i < streams; i++)
            session.Add(SmallModel.Prompt(20, i), new SamplingOptions { Seed = 1, TopP = 0.9f, TopK = 0 });
        for (int step = 0; step < 120; step++) // past the first block of keys and values
            session.Step();
        long tensors = session.AllocatedBytes;
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int step = 0; step < Steps; step++)
            session.Step();

        long perToken = (GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
        Workers.Threads = threadsBefore;
        perToken.ShouldBeLessThan(4096);
        session.AllocatedBytes.ShouldBe(tensors);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        SamplingOptions options = new() { Seed = 4, MaxTokens = 30, TopLogProbabilities = 1 };
        int threads = Workers.Threads;
        var results = new List<float[]>();
        try
        {
            foreach (int count in (ReadOnlySpan<int>)[1, 2, 3])
            {
                Workers.Threads = count;
                TokenSequence sequence = SmallModel.Continue(SmallModel.Create(storage: ElementType.BF16), SmallModel.Prompt(200), options);
                results.Add([.. sequence.LogProbabilities.Select(item => item.LogProbability)]);
            }
        }
        finally
        {
            Workers.Threads = threads;
        }

        results[1].ShouldBe(results[0]);
        results[2].ShouldBe(results[0]);
    }
}
