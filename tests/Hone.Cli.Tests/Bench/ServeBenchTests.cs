using System.Text.Json;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public class ServeBenchTests
{
    [Fact]
    public void Requests_and_latencies_of_each_number_of_clients_are_reported()
    {
        CliRun run = CliRun.Of("bench", "serve", Path.Combine(RepositoryFiles.Root, "tests", "models", "stories260k"), "--tokens", "2", "--seconds", "1", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement[] records = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        records[^1].GetProperty("request_milliseconds").GetDouble().ShouldBeGreaterThan(0);
        records[..^1].Select(record => record.GetProperty("clients").GetInt32()).ShouldBe([1, 8, 64]);
        records[..^1].ShouldAllBe(record => record.GetProperty("requests_per_second").GetDouble() > 0 && record.GetProperty("p99_milliseconds").GetDouble() >= record.GetProperty("p50_milliseconds").GetDouble());
    }
}
