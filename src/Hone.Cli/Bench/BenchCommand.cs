using System.CommandLine;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench</c>: the figures of <c>bench/RESULTS.md</c>, measured on this machine.</summary>
static class BenchCommand
{
    public static Command Create() => new("bench", Text.Of("Measure speed and memory", "测量速度和内存"))
    {
        GemmBench.Create(),
        TokenizeBench.Create(),
        TrainBench.Create(),
        GenerateBench.Create(),
        EmbedBench.Create(),
        ServeBench.Create(),
        VectorsBench.Create(),
        KMeansBench.Create(),
    };
}
