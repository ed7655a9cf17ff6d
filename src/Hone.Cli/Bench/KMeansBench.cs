using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Clustering;
using Hone.Data.Vectors;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench kmeans FILE.npy</c>: iterations of k-means from the first rows as centres, as its peer does them.</summary>
static class KMeansBench
{
    const int Rounds = 3;

    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = Text.Of("Vectors as NumPy's array", "向量，NumPy 数组文件") };
        Option<int> clusters = PositiveOption.Create("--clusters", Text.Of("The first rows, taken as centres", "取前若干行作为初始中心"), 50);
        Option<int> iterations = PositiveOption.Create("--iterations", Text.Of("Iterations of a run", "每次运行的迭代次数"), 20);
        return new Command("kmeans", Text.Of("Time k-means", "测量 k-means 的速度")) { file, clusters, iterations }.Does((parse, output, cancel) =>
        {
            Points points = Points.Of([.. VectorFile.Open(parse.GetRequiredValue(file)).Read().Select(row => row.Vector)], i => FormattableString.Invariant($"row {i + 1}"));
            Points centres = points.Take([.. Enumerable.Range(0, Math.Min(points.Count, parse.GetValue(clusters)))]);
            KMeansSettings settings = new() { Clusters = centres.Count, MostIterations = parse.GetValue(iterations), Tolerance = 0 };
            double[] seconds = new double[Rounds], processor = new double[Rounds];
            KMeansResult found = KMeans.Run(points, centres, settings with { MostIterations = 2 }, cancel); // compiles
            for (int round = 0; round < Rounds; round++)
            {
                (long start, TimeSpan used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                found = KMeans.Run(points, centres, settings, cancel);
                (seconds[round], processor[round]) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
            }

            double median = Median.Of(seconds);
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{points.Count} x {points.Dimensions}, {centres.Count} clusters, {found.Iterations} iterations: {median:F3} s ({Median.Of(processor):F3} s of the processor), inertia {found.Inertia:F1}"));
            output.Json(new JsonObject
            {
                ["rows"] = points.Count,
                ["dimensions"] = points.Dimensions,
                ["clusters"] = centres.Count,
                ["iterations"] = found.Iterations,
                ["seconds"] = Math.Round(median, 4),
                ["processor_seconds"] = Math.Round(Median.Of(processor), 4),
                ["inertia"] = found.Inertia,
            });
        });
    }
}
