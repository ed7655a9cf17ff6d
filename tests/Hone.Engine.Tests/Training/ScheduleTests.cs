using Hone.Engine.Training;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public sealed class ScheduleTests
{
    static readonly TrainingOptions Options = new() { LearningRate = 1, WarmupSteps = 4 };

    [Fact]
    public void The_rate_rises_by_equal_steps_during_the_warm_up()
    {
        double[] rates = [.. Enumerable.Range(0, 5).Select(step => LearningRate.At(step, 100, Options with { Schedule = Schedule.Constant }))];

        rates.ShouldBe([0.2, 0.4, 0.6, 0.8, 1], 1e-12);
    }

    [Theory]
    [InlineData(Schedule.Constant, 1, 1)]
    [InlineData(Schedule.Linear, 0.5, 0)]
    [InlineData(Schedule.Cosine, 0.5, 0)]
    public void Then_it_follows_the_schedule(Schedule schedule, double half, double end)
    {
        LearningRate.At(52, 100, Options with { Schedule = schedule }).ShouldBe(half, 1e-12);
        LearningRate.At(100, 100, Options with { Schedule = schedule }).ShouldBe(end, 1e-12);
    }

    [Fact]
    public void A_share_of_the_rate_is_left_at_the_end_when_asked_for() =>
        LearningRate.At(100, 100, Options with { Schedule = Schedule.Cosine, FinalLearningRateShare = 0.1 }).ShouldBe(0.1, 1e-12);
}
