using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public class TrainBenchTests
{
    static readonly string Model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    [Theory]
    [InlineData("--tokens", "513", "--tokens must be from 2 to 512")]
    [InlineData("--batch", "100000000", "has more than 16777216 tokens")]
    public void A_step_that_no_machine_can_take_is_refused(string option, string value, string problem)
    {
        CliRun run = CliRun.Of("bench", "train", "--shape", Model, option, value);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(problem);
    }
}
