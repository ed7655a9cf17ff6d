using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Engine.Generation;
using Hone.Engine.Kernels;
using Hone.Engine.Models;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench generate</c>: how long a prompt and each further token take, next to the time it takes to read the weights once.</summary>
static class GenerateBench
{
    const int WarmUpTokens = 16;
    const int ReadFloats = 1 << 26; // 256 MB: no cache holds it

    public static Command Create()
    {
        Option<string> shape = Shapes.CreateOption();
        Option<int> prompt = PositiveOption.Create("--prompt", Text.Of("Tokens of a prompt", "提示的词元数"), 128);
        Option<int> tokens = PositiveOption.Create("--tokens", Text.Of("Tokens that are timed", "计时的词元数"), 64);
        Option<int> streams = PositiveOption.Create("--streams", Text.Of("Texts that are generated together", "同时生成的文本数"), 1);
        return new Command("generate", Text.Of("Time the generation of text", "测量生成文本的时间")) { shape, prompt, tokens, streams, DataFolderOption.Create() }.Does((parse, output, cancel) =>
        {
            CausalModel model = Shapes.Open(parse.GetValue(shape)!, DataFolderOption.ModelsOf(parse));
            int promptLength = parse.GetValue(prompt), count = parse.GetValue(tokens), streamCount = parse.GetValue(streams);
            int longest = model.Config.MaxPositions - 2; // Two tokens are generated at least: one is timed.
            if (promptLength > longest)
                throw new HoneException(Text.Of($"--prompt must be from 1 to {longest}, two less than the model's context.", $"--prompt 须在 1 到 {longest} 之间，即模型上下文减 2。"));
            Run(model, promptLength, WarmUpTokens, streamCount, seed: 1, toRead: default, cancel);
            double peakMemory = PeakMemory.Gigabytes; // before there is a buffer to read

            var buffer = new float[ReadFloats];
            Array.Fill(buffer, 1);
            (double first, double[] steps, double[] bandwidths) = Run(model, promptLength, count, streamCount, seed: 2, buffer, cancel);
            Report(first, steps, streamCount, ReadPerToken(model), Median.Of(bandwidths), peakMemory, output);
        });
    }

    /// <summary>Seconds to the first token of the first stream, and of each later step in ascending order; and how fast memory was read between the steps, in 10⁹ bytes per second.</summary>
    static (double First, double[] Steps, double[] Bandwidths) Run(
        CausalModel model, int promptLength, int count, int streams, int seed, ReadOnlyMemory<float> toRead, CancellationToken cancel)
    {
        var random = new Random(seed);
        var session = new GenerationSession(model, endTokens: []);
        SamplingOptions options = SamplingOptions.Greedy with { MaxTokens = count + 1, IgnoresEndTokens = true };
        TokenSequence[] sequences = [.. Enumerable.Range(0, streams).Select(_ =>
            session.Add([.. Enumerable.Range(0, promptLength).Select(_ => random.Next(model.Config.VocabSize))], options))];

        long start = TimeProvider.System.GetTimestamp();
        double first = 0;
        while (sequences[^1].Tokens.Count == 0)
        {
            cancel.ThrowIfCancellationRequested();
            session.Step();
            if (first == 0 && sequences[0].Tokens.Count > 0)
                first = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        }

        var steps = new List<double>();
        var bandwidths = new List<double>();
        while (session.Running == streams)
        {
            cancel.ThrowIfCancellationRequested();
            start = TimeProvider.System.GetTimestamp();
            session.Step();
            steps.Add(TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            // In turns with the steps, so that both see the same machine.
            bandwidths.Add(MachinePeak.ReadGigabytesPerSecond(toRead));
        }

        steps.Sort();
        return (first, [.. steps], [.. bandwidths]);
    }

    /// <summary>Bytes of the weights that every token needs: all but the rows of an embedding that is not the head.</summary>
    static long ReadPerToken(CausalModel model) => model.Linears.Append(model.Head).Sum(linear => (long)linear.Weight.Length * (linear.Weight.Type == ElementType.F32 ? 4 : 2));

    static void Report(double first, double[] steps, int streams, long bytes, double bandwidth, double peakMemory, Output output)
    {
        double median = Median.Of(steps);
        double reading = bytes / bandwidth / 1e9;
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{streams / median:F1} tokens/s, {median * 1000:F2} ms/token (fastest {steps[0] * 1000:F2}), first token after {first:F3} s, peak {peakMemory:F2} GB, {Workers.Threads} threads"));
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"Reading the weights once takes {reading * 1000:F2} ms at {bandwidth:F1} GB/s: ratio {median / reading:F2}"));
        output.Json(new JsonObject
        {
            ["tokens_per_second"] = Math.Round(streams / median, 2),
            ["milliseconds_per_token"] = Math.Round(median * 1000, 3),
            ["fastest_milliseconds"] = Math.Round(steps[0] * 1000, 3),
            ["first_token_seconds"] = Math.Round(first, 4),
            ["peak_memory_gb"] = Math.Round(peakMemory, 3),
            ["bandwidth_gb_per_second"] = Math.Round(bandwidth, 2),
            ["milliseconds_to_read_weights"] = Math.Round(reading * 1000, 3),
            ["ratio"] = Math.Round(median / reading, 3),
            ["streams"] = streams,
            ["threads"] = Workers.Threads,
        });
    }
}
