using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public class GenerateBenchTests
{
    static readonly string Model = Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k");

    [Fact]
    public void Speed_memory_and_bandwidth_are_reported()
    {
        CliRun run = CliRun.Of("bench", "generate", "--shape", Model, "--prompt", "20", "--tokens", "10", "--streams", "3", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement record = JsonDocument.Parse(run.Output).RootElement;
        double milliseconds = record.GetProperty("milliseconds_per_token").GetDouble();
        record.GetProperty("tokens_per_second").GetDouble().ShouldBe(3000 / milliseconds, 3000 / milliseconds * (0.01 + 0.001 / milliseconds)); // which are rounded
        foreach (string name in (string[])["first_token_seconds", "peak_memory_gb", "bandwidth_gb_per_second", "ratio"])
            record.GetProperty(name).GetDouble().ShouldBeGreaterThan(0, name);
    }

    [Theory]
    [InlineData("511")]
    [InlineData("512")]
    public void A_prompt_that_leaves_no_token_to_time_is_refused(string length)
    {
        CliRun run = CliRun.Of("bench", "generate", "--shape", Model, "--prompt", length);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("--prompt must be from 1 to 510");
    }
}
