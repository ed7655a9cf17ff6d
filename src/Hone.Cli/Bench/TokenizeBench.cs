using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Tokenizers;
using Hone.Data.Formats;
using Hone.Engine.Tokenizers;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench tokenize FILE</c>: how fast a text is encoded, on one thread.</summary>
static class TokenizeBench
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = Text.Of("A text file in UTF-8", "UTF-8 文本文件") };
        Option<int> runs = PositiveOption.Create("--runs", Text.Of("Runs that are timed", "计时的次数"), 5);

        return new Command("tokenize", Text.Of("Time the encoding of a text", "测量文本编码的速度")) { file, runs, EncodingOption.Create(), DataFolderOption.Create() }.Does(
            (parse, output, cancel) => Measure(Utf8Text.Read(parse.GetRequiredValue(file)), EncodingOption.Load(parse), parse.GetValue(runs), output, cancel)
        );
    }

    static void Measure(string text, Tokenizer tokenizer, int runs, Output output, CancellationToken cancel)
    {
        int tokens = tokenizer.Encode(text, addSpecial: false).Length; // also lets the compiler see the loops
        var seconds = new double[runs];
        var processorSeconds = new double[runs]; // what other programs on the machine do not change much
        for (int run = 0; run < runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            TimeSpan processorStart = Environment.CpuUsage.TotalTime;
            tokenizer.Encode(text, addSpecial: false);
            processorSeconds[run] = (Environment.CpuUsage.TotalTime - processorStart).TotalSeconds;
            seconds[run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        double median = Median.Of(seconds);
        double megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{megabytes / median:F1} MB/s, {tokens / median / 1e6:F2} million tokens/s ({tokens} tokens)"));
        output.Json(
            new JsonObject
            {
                ["megabytes_per_second"] = Math.Round(megabytes / median, 2),
                ["tokens_per_second"] = Math.Round(tokens / median),
                ["seconds"] = Math.Round(median, 4),
                ["processor_seconds"] = Math.Round(Median.Of(processorSeconds), 4),
                ["tokens"] = tokens,
                ["megabytes"] = Math.Round(megabytes, 3),
            }
        );
    }
}
