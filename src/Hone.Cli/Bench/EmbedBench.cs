using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine.Checkpoints;
using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Server.Models;

namespace Hone.Cli.Bench;

/// <summary><c>hone bench embed FILE</c>: how fast an encoder with random weights embeds the texts of a file.</summary>
static class EmbedBench
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = Text.Of("A text file in UTF-8, a text on each line", "UTF-8 文本文件，每行一个文本") };
        Option<string> shape = new("--shape")
        {
            Description = Text.Of("minilm-l6 or bert-base", "minilm-l6 或 bert-base"),
            DefaultValueFactory = _ => "minilm-l6",
        };
        shape.AcceptOnlyFromAmong([.. Shapes.Encoders.Keys]);
        Option<int> texts = PositiveOption.Create("--texts", Text.Of("Texts from the start of the file", "取文件开头的文本数"), 1000);
        Option<int> runs = PositiveOption.Create("--runs", Text.Of("Runs that are timed", "计时的次数"), 3);

        return new Command("embed", Text.Of("Time the embedding of texts", "测量文本嵌入的速度")) { file, shape, texts, runs, DataFolderOption.Create() }.Does((parse, output, cancel) =>
        {
            ModelConfig config = Shapes.Encoders[parse.GetValue(shape)!];
            int[][] tokens = Tokens(parse.GetRequiredValue(file), parse.GetValue(texts), config, DataFolderOption.ModelsOf(parse));
            var embedder = new TextEmbedder(Architectures.CreateAny(config, new RandomWeights(config, seed: 1, config.StoredType)), Pooling.Mean);
            Measure(embedder, tokens, parse.GetValue(runs), output, cancel);
        });
    }

    /// <summary>The file's texts as the tokens of hone-embed, whose vocabulary is smaller than the shapes', cut to what they read; those of like length beside each other, as users' texts go through a model.</summary>
    static int[][] Tokens(string file, int count, ModelConfig config, ModelRegistry models)
    {
        using EmbeddingModel model = EmbeddingModel.Open(models.Find("hone-embed").Folder);
        return
        [
            .. Utf8Text.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(count)
                .Select(text => model.Tokenizer.Encode(text, addSpecial: true)).Select(ids => ids[..Math.Min(ids.Length, config.MaxPositions)])
                .OrderBy(ids => ids.Length),
        ];
    }

    static void Measure(TextEmbedder embedder, int[][] texts, int runs, Output output, CancellationToken cancel)
    {
        embedder.Embed(texts, cancel); // also lets the compiler see the loops
        double[] seconds = new double[runs], processor = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            (long start, TimeSpan used) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
            embedder.Embed(texts, cancel);
            (seconds[run], processor[run]) = (TimeProvider.System.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        double median = Median.Of(seconds);
        int tokens = texts.Sum(ids => ids.Length);
        output.Line(string.Create(CultureInfo.InvariantCulture,
            $"{texts.Length / median:F1} texts/s, {tokens / median:F0} tokens/s ({texts.Length} texts, {tokens} tokens), {median:F3} s ({Median.Of(processor):F3} s of the processors), {Workers.Threads} threads"));
        output.Json(new JsonObject
        {
            ["texts_per_second"] = Math.Round(texts.Length / median, 2),
            ["tokens_per_second"] = Math.Round(tokens / median),
            ["seconds"] = Math.Round(median, 4),
            ["processor_seconds"] = Math.Round(Median.Of(processor), 4),
            ["texts"] = texts.Length,
            ["tokens"] = tokens,
            ["threads"] = Workers.Threads,
            ["lengths"] = new JsonArray([.. texts.Select(ids => JsonValue.Create(ids.Length))]),
        });
    }
}
