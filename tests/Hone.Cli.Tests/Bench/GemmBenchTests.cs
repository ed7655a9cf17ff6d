using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Bench;

public class GemmBenchTests
{
    [Theory]
    [InlineData("f32")]
    [InlineData("bf16")]
    [InlineData("f16")]
    public void The_product_is_reported_beside_the_peak(string type)
    {
        CliRun run = CliRun.Of("bench", "gemm", "--m", "64", "--n", "96", "--k", "64", "--threads", "1", "--type", type, "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement record = JsonDocument.Parse(run.Output).RootElement;
        record.GetProperty("threads").GetInt32().ShouldBe(1);
        double gflops = record.GetProperty("gflops").GetDouble();
        double peak = record.GetProperty("peak_gflops").GetDouble();
        gflops.ShouldBeGreaterThan(0);
        record.GetProperty("ratio").GetDouble().ShouldBe(gflops / peak, 0.001 + 0.2 / peak); // Both are rounded to a tenth.
    }

    [Theory]
    [InlineData("--threads", "0")]
    [InlineData("--threads", "2147483647")]
    [InlineData("--m", "-5")]
    [InlineData("--k", "many")]
    public void A_size_out_of_range_is_misuse(string option, string value) =>
        CliRun.Of("bench", "gemm", option, value).ExitCode.ShouldBe(2);

    [Fact]
    public void Matrices_beyond_all_memory_are_refused()
    {
        CliRun run = CliRun.Of("bench", "gemm", "--m", "100000", "--n", "100000");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Choose smaller ones");
    }
}
