using Hone.Engine.Training;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Training;

public class AutoHyperparametersTests
{
    [Theory]
    [InlineData(1, 25)]
    [InlineData(4, 25)]
    [InlineData(5, 20)]
    [InlineData(10, 10)]
    [InlineData(33, 3)]
    [InlineData(34, 3)]
    [InlineData(80, 3)]
    [InlineData(100, 3)]
    [InlineData(8_333, 3)]
    [InlineData(8_334, 2)]
    [InlineData(12_501, 1)]
    [InlineData(1_000_000, 1)]
    public void Epochs_show_between_100_and_25000_examples_where_they_can(int examples, int epochs) =>
        AutoHyperparameters.Epochs(examples).ShouldBe(epochs);

    [Theory]
    [InlineData(10, 1)]
    [InlineData(749, 1)]
    [InlineData(750, 2)]
    [InlineData(10_000, 20)]
    [InlineData(128_000, 256)]
    [InlineData(10_000_000, 256)]
    public void The_batch_is_a_500th_of_the_examples_between_1_and_256(int examples, int batch) =>
        AutoHyperparameters.BatchSize(examples).ShouldBe(batch);

    [Theory]
    [InlineData(1000, 4, 0, 0)]
    [InlineData(1000, 4, 500, 0)]
    [InlineData(1000, 4, 100, 84)]
    [InlineData(1000, 4, 10, 63)]
    [InlineData(90, 1, 10, 45)]
    public void The_whole_validation_set_is_seen_as_often_as_a_tenth_of_the_time_allows(int examples, int batch, int validation, int interval) =>
        AutoHyperparameters.FullValidationInterval(examples, batch, validation).ShouldBe(interval);

    [Fact]
    public void The_first_token_is_never_a_target() => new TrainingExample([1, 2, 3], [1, 0, 0.5f], 1).TargetCount.ShouldBe(1);
}
