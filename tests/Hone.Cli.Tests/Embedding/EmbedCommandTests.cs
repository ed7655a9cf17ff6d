using System.Text.Json.Nodes;
using Hone.Data.Embedding;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine.Embedding;
using Hone.Server.Models;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Embedding;

public sealed class EmbedCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-embed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_table_gets_a_column_of_unit_vectors_that_is_read_back()
    {
        string file = Write("r.csv", "id,text", "1,很好吃", "2,\"Too slow, sadly\"", "3,很好吃");

        CliRun run = Embed(file, "out.csv", "--column", "text");

        run.ExitCode.ShouldBe(0, run.Error);
        VectorFile vectors = VectorFile.Open(PathOf("out.csv"));
        VectorRow[] rows = [.. vectors.Read()];
        vectors.Dimensions.ShouldBe(256);
        rows.Select(row => (row.Text("id"), row.Text("text"))).ShouldBe([("1", "很好吃"), ("2", "Too slow, sadly"), ("3", "很好吃")]);
        rows.ShouldAllBe(row => Math.Abs(row.Vector.Sum(x => (double)x * x) - 1) < 1e-5);
        rows[2].Vector.ShouldBe(rows[0].Vector);
        run.Output.ShouldContain("3 vectors of 256 numbers by hone-embed");
        FileNames().ShouldBe(["out.csv", "r.csv"]);
    }

    [Theory]
    [InlineData("--column", "short", "texts: short")]
    [InlineData("--text", "{short}/{id}", "texts: {short}/{id}")]
    public void A_file_says_which_columns_its_vectors_are_of_and_they_are_shown(string option, string texts, string expected)
    {
        string file = Write("r.csv", "id,short,long", "1,great coffee,a very long text about everything else", "2,bad tea,another long text of many words");
        Embed(file, "out.csv", option, texts).ExitCode.ShouldBe(0);

        CliRun found = CliRun.Of("search", PathOf("out.csv"), "great coffee", "-k", "1");
        File.WriteAllText(PathOf("less.csv"), File.ReadAllText(PathOf("out.csv")).Replace("short", "other", StringComparison.Ordinal));
        CliRun renamed = CliRun.Of("search", PathOf("less.csv"), "great coffee", "-k", "1");

        found.ExitCode.ShouldBe(0, found.Error);
        found.Output.ShouldContain(expected);
        found.Output.Split('\n')[^2].ShouldContain("great coffee");
        renamed.ExitCode.ShouldBe(0, renamed.Error);
    }

    [Fact]
    public void A_column_that_is_not_there_is_said_before_an_output_that_is()
    {
        string file = Write("r.csv", "id,text", "1,great coffee", "2,bad tea");
        string there = Write("there.csv", "x");

        foreach (string[] command in (string[][])[["embed", file, "--out", there], ["search", file, "coffee", "--out", there], ["cluster", file, "--out", there], ["outliers", file, "--out", there]])
            CliRun.Of([.. command, "--column", "body"]).Error.ShouldContain("body");
        CliRun.Of("data", "convert", file, "--prompt", "{body}", "--completion", "{id}", "--out", Write("there.jsonl", "x")).Error.ShouldContain("body");
        CliRun.Of("embed", file, "--out", there, "--column", "text").Error.ShouldContain("exists already");
        File.ReadAllText(there).ShouldBe("x" + Environment.NewLine);
    }

    [Fact]
    public void How_far_it_is_is_shown_before_the_first_vector()
    {
        string file = Write("r.csv", "id,text", "1,great coffee", "2,bad tea");

        CliRun run = CliRun.Of("search", file, "coffee", "--column", "text");
        CliRun dedupe = CliRun.Of("data", "dedupe", file, "--semantic", "0.9", "--prompt", "{text}", "--completion", "{id}", "--out", PathOf("kept.jsonl"));

        run.Output.ShouldContain("0/2\n");
        run.Output.ShouldContain("2/2  ");
        dedupe.ExitCode.ShouldBe(0, dedupe.Error);
        dedupe.Output.ShouldContain("0/2\n");
    }

    [Fact]
    public void Every_format_holds_the_same_vectors()
    {
        string file = Write("r.jsonl", """{"title":"a","body":{"text":"cat"}}""", """{"title":"","body":{"text":"dog"}}""");

        float[][][] all =
        [
            .. VectorWriter.Extensions.Select(extension =>
            {
                Embed(file, "out" + extension, "--text", "{title}: {body.text}", "--dimensions", "64").ExitCode.ShouldBe(0);
                return VectorFile.Open(PathOf("out" + extension)).Read().Select(row => row.Vector).ToArray();
            }),
        ];

        all.ShouldAllBe(vectors => vectors.Length == 2 && vectors[0].Length == 64);
        all.ShouldAllBe(vectors => vectors.Zip(all[0]).All(pair => pair.First.SequenceEqual(pair.Second)));
    }

    [Fact]
    public void Rows_without_a_text_are_an_error_unless_they_are_to_be_left_out()
    {
        string file = Write("r.csv", "id,text", "1,a", "2,", "3,\" \"", "4,b");

        CliRun refused = Embed(file, "out.jsonl", "--column", "text");
        CliRun taken = Embed(file, "out.jsonl", "--column", "text", "--skip-empty", "--json");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("There is no text in 2 rows (lines 3, 4)");
        JsonNode report = JsonNode.Parse(taken.Output.TrimEnd().Split('\n')[^1])!;
        (report["rows"]!.GetValue<int>(), report["skipped"]!.GetValue<int>()).ShouldBe((2, 2));
        VectorFile.Open(PathOf("out.jsonl")).Read().Select(row => row.Text("id")).ShouldBe(["1", "4"]);
    }

    [Fact]
    public void Long_texts_are_an_error_with_their_tokens_or_are_treated_as_asked_and_counted()
    {
        string file = Write("r.csv", "text", "short", string.Concat(Enumerable.Repeat("many words here ", 200)));

        CliRun refused = Embed(file, "out.csv", "--column", "text");
        CliRun windows = Embed(file, "windows.csv", "--column", "text", "--too-long", "window");
        CliRun cut = Embed(file, "cut.csv", "--column", "text", "--too-long", "truncate");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("in 1 row (line 3)");
        refused.Error.ShouldContain("tokens");
        windows.Output.ShouldContain("read in windows: 1 row (line 3)");
        cut.Output.ShouldContain("cut: 1 row (line 3)");
        Vectors("windows.csv")[0].ShouldBe(Vectors("cut.csv")[0]);
        Vectors("windows.csv")[1].ShouldNotBe(Vectors("cut.csv")[1]);
        File.Exists(PathOf("out.csv")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, "--column", "--out", "out.csv")]
    [InlineData(2, "or several in braces with --text", "--column", "text", "--text", "{text}", "--out", "out.csv")]
    [InlineData(2, "whose names end with", "--column", "text", "--out", "out.parquet")]
    [InlineData(2, "--dimensions must be from 1", "--column", "text", "--dimensions", "0")]
    [InlineData(1, "256 numbers, and 257 were asked for", "--column", "text", "--dimensions", "257")]
    [InlineData(1, "There is no column review. The columns are: text", "--column", "review")]
    [InlineData(1, "names no column", "--text", "text")]
    [InlineData(1, "has no prompts", "--column", "text", "--prompt", "query")]
    [InlineData(1, "no model \"nothing\"", "--column", "text", "--model", "nothing")]
    public void Misuse_is_named_and_leaves_nothing(int exitCode, string expected, params string[] arguments)
    {
        string file = Write("r.csv", "text", "a", "b");
        bool namesOutput = arguments.Contains("--out");

        CliRun run = CliRun.Of(["embed", file, .. arguments.Select(word => word.StartsWith("out.", StringComparison.Ordinal) ? PathOf(word) : word), .. namesOutput ? Array.Empty<string>() : ["--out", PathOf("out.csv")]]);

        run.ExitCode.ShouldBe(exitCode, run.Error);
        run.Error.ShouldContain(expected);
        FileNames().ShouldBe(["r.csv"]);
    }

    [Fact]
    public void Lengths_that_the_model_was_not_trained_for_are_said()
    {
        string file = Write("r.csv", "text", "a", "b");

        CliRun trained = Embed(file, "64.csv", "--column", "text", "--dimensions", "64");
        CliRun other = Embed(file, "100.csv", "--column", "text", "--dimensions", "100");
        CliRun whole = Embed(file, "256.csv", "--column", "text", "--dimensions", "256");

        trained.Output.ShouldNotContain("trained for");
        other.Output.ShouldContain("hone-embed was trained for vectors of 256, 128, 64 numbers, not of 100");
        whole.Output.ShouldNotContain("trained for");
    }

    [Fact]
    public void A_model_that_writes_text_is_refused()
    {
        CliRun run = Embed(Write("r.csv", "text", "a", "b"), "out.csv", "--column", "text", "--model", "hone-nano");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("This model writes text");
        run.Error.ShouldContain("such as hone-embed");
        FileNames().ShouldBe(["r.csv"]);
    }

    [Fact]
    public void A_run_that_was_killed_goes_on_to_the_same_bytes()
    {
        string file = Write("r.csv", ["text", .. Enumerable.Range(0, 520).Select(i => $"word {i}")]);
        Embed(file, "whole.csv", "--column", "text").ExitCode.ShouldBe(0);

        long kept = Interrupted(file, PathOf("out.csv.journal"));
        CliRun run = Embed(file, "out.csv", "--column", "text", "--json");

        kept.ShouldBeInRange(1, 519);
        JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!["resumed"]!.GetValue<long>().ShouldBe(kept);
        File.ReadAllBytes(PathOf("out.csv")).ShouldBe(File.ReadAllBytes(PathOf("whole.csv")));
        FileNames().ShouldBe(["out.csv", "r.csv", "whole.csv"]);
    }

    [Fact]
    public void A_journal_of_other_texts_or_settings_is_not_gone_on_with()
    {
        string before = Write("before.csv", ["text", .. Enumerable.Range(0, 513).Select(i => $"word {i}")]);
        string file = Write("r.csv", ["text", "another", .. Enumerable.Range(0, 10).Select(i => $"word {i}")]);
        Embed(file, "whole.csv", "--column", "text").ExitCode.ShouldBe(0);

        Interrupted(before, PathOf("out.csv.journal"));
        CliRun otherTexts = Embed(file, "out.csv", "--column", "text");
        Interrupted(before, PathOf("short.csv.journal"));
        CliRun otherSettings = Embed(file, "short.csv", "--column", "text", "--dimensions", "64");

        otherTexts.ExitCode.ShouldBe(0, otherTexts.Error);
        File.ReadAllBytes(PathOf("out.csv")).ShouldBe(File.ReadAllBytes(PathOf("whole.csv")));
        otherSettings.Output.ShouldContain("begun anew");
        Vectors("short.csv").Length.ShouldBe(11);
    }

    [Fact]
    public void Rows_that_were_taken_out_at_the_end_of_a_file_are_taken_out_of_its_journal()
    {
        string before = Write("before.csv", ["text", .. Enumerable.Range(0, 520).Select(i => $"word {i}")]);
        string file = Write("r.csv", ["text", .. Enumerable.Range(0, 10).Select(i => $"word {i}")]);

        long kept = Interrupted(before, PathOf("out.csv.journal"));
        CliRun run = Embed(file, "out.csv", "--column", "text");

        kept.ShouldBeGreaterThan(10);
        run.ExitCode.ShouldBe(0, run.Error);
        Vectors("out.csv").Length.ShouldBe(10);
    }

    [Theory]
    [InlineData("Dear diary, this is a file that only happens to be called like a journal of vectors.")]
    [InlineData("x")]
    public void A_file_that_is_only_called_like_a_journal_is_left_as_it_is(string content)
    {
        string file = Write("a.csv", "text", "hello");
        string foreign = Write("a.jsonl.journal", content);

        CliRun run = Embed(file, "a.jsonl", "--column", "text");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{foreign} is no journal of vectors. Move the file away to begin anew.");
        File.ReadAllLines(foreign).ShouldBe([content]);
    }

    /// <summary>What a kill leaves: some vectors, and a part of one.</summary>
    long Interrupted(string file, string path)
    {
        ModelRegistry models = new(new DataFolder(_folder));
        ModelEntry entry = models.Find("hone-embed");
        using var model = EmbeddingModel.Open(entry.Folder);
        EmbeddingRun run = new(new RowTexts(SourceFile.Open(file), "text", isTemplate: false), model, new EmbeddingOptions());
        long kept;
        using (CancellationTokenSource stop = new())
        using (var journal = VectorJournal.Open(path, $"{models.Fingerprint(entry)}\n{run.Settings}", run.Dimensions))
        {
            Should.Throw<OperationCanceledException>(() => run.Embed(journal, StopAfterSome, stop.Token));
            kept = journal.Count;

            void StopAfterSome(long done)
            {
                if (done > 0)
                    stop.Cancel();
            }
        }
        using FileStream end = new(path, FileMode.Append);
        end.Write(new byte[100]);
        return kept;
    }

    CliRun Embed(string file, string output, params string[] options) => CliRun.Of(["embed", file, "--out", PathOf(output), .. options]);

    float[][] Vectors(string name) => [.. VectorFile.Open(PathOf(name)).Read().Select(row => row.Vector)];

    string PathOf(string name) => Path.Combine(_folder, name);

    string Write(string name, params string[] lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }

    string[] FileNames() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Order()];
}
