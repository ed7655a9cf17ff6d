using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public sealed class VectorsBenchTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Filling_opening_and_searching_are_reported_and_nothing_is_left()
    {
        CliRun run = CliRun.Of("bench", "vectors", "--rows", "3000", "--dimensions", "20", "--folder", _folder, "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement record = JsonDocument.Parse(run.Output).RootElement;
        record.GetProperty("recall").GetDouble().ShouldBe(1);
        foreach (string name in (string[])["upserts_per_second", "one_ms", "read_ms", "batch_queries_per_second"])
            record.GetProperty(name).GetDouble().ShouldBeGreaterThan(0, name);
        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_not_there_is_said()
    {
        CliRun run = CliRun.Of("bench", "vectors", Path.Combine(_folder, "none.f32"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("none.f32");
    }
}
