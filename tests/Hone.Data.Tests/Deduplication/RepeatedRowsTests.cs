using System.Text.Json.Nodes;
using Hone.Data.Analysis;
using Hone.Data.Deduplication;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Deduplication;

public sealed class RepeatedRowsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-repeated-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Rows_that_say_the_same_repeat_the_first_of_them_with_their_cosine()
    {
        string[] lines = [Pair("#a one", "x"), Pair("#b two", "x"), Pair("#a three", "x"), Pair("#ab four", "x"), Pair("", " "), Pair("", " ")];

        Dropped(lines, 0.9).ShouldBe([(3, 1, 1)]);
        Dropped(lines, 0.7).ShouldBe([(3, 1, 1), (4, 1, 0.707)]);
    }

    [Fact]
    public void Rows_without_a_prompt_are_known_by_their_answer() => Dropped([Pair("", "#a one"), Pair("", "#b two"), Pair("", "#a three")], 0.9).ShouldBe([(3, 1, 1)]);

    [Fact]
    public void Under_other_instructions_the_same_is_something_else() =>
        Dropped([Chat("s", "#a one"), Chat("t", "#a two"), Chat("t", "#a three")], 0.9).ShouldBe([(3, 2, 1)]);

    [Fact]
    public void A_prompt_is_not_the_same_as_an_answer_without_one()
    {
        using TextFile file = new(string.Join('\n', Pair("a", "x"), Pair("", "a"), Pair("A.", "y"), Pair("", "a")));

        DedupeResult result = RepeatedRows.Find(Rows(file), new DedupeSettings { ByPrompt = true }, TestContext.Current.CancellationToken).Write(Rows(file), Path.Combine(_folder, "out.jsonl"), null, TestContext.Current.CancellationToken);

        result.ShouldBe(new DedupeResult(3, 1, 0));
    }

    [Fact]
    public void Texts_that_are_all_empty_repeat_nothing() => Dropped([Pair("", ""), Pair("", " ")], 0.9).ShouldBeEmpty();

    [Fact]
    public void A_file_that_changes_between_two_readings_is_refused()
    {
        using TextFile file = new(Pair("a", "x") + "\n" + Pair("b", "x"));
        MappedRows rows = Rows(file);
        var found = RepeatedRows.Find(rows, new DedupeSettings(), TestContext.Current.CancellationToken);

        File.AppendAllText(file.Path, "\n" + Pair("c", "x"));
        Should.Throw<HoneException>(() => found.Write(rows, Path.Combine(_folder, "out.jsonl"), null, TestContext.Current.CancellationToken)).Message.ShouldContain("changed while it was read");
        File.WriteAllText(file.Path, Pair("a", "x"));
        Should.Throw<HoneException>(() => found.Write(rows, Path.Combine(_folder, "out.jsonl"), null, TestContext.Current.CancellationToken)).Message.ShouldContain("changed while it was read");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    /// <summary>Line, line that it repeats and similarity of each row that is dropped by what its prompt says.</summary>
    (int Line, int Repeats, double Similarity)[] Dropped(string[] lines, double cosine)
    {
        using TextFile file = new(string.Join('\n', lines));
        MappedRows rows = Rows(file);
        string dropped = Path.Combine(_folder, "dropped.jsonl");
        DedupeSettings settings = new() { ByPrompt = true, Similarity = cosine, Embed = (texts, _) => Points.Of(SubjectVectors.Of(texts), i => texts[i]) };

        DedupeResult result = RepeatedRows.Find(rows, settings, TestContext.Current.CancellationToken).Write(rows, Path.Combine(_folder, "out.jsonl"), dropped, TestContext.Current.CancellationToken);

        JsonNode[] written = [.. File.ReadLines(dropped).Select(line => JsonNode.Parse(line)!)];
        (result.Kept, result.Dropped, result.Near).ShouldBe((lines.Length - written.Length, written.Length, written.Length));
        return [.. written.Select(row => (row["line"]!.GetValue<int>(), row["repeats_line"]!.GetValue<int>(), row["similarity"]!.GetValue<double>()))];
    }

    static MappedRows Rows(TextFile file)
    {
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "jsonl" });
        return new MappedRows(source.Read, RowMapping.Of(source), keepsColumns: false);
    }

    static string Pair(string prompt, string completion) => $$"""{"prompt":"{{prompt}}","completion":"{{completion}}"}""";

    static string Chat(string system, string user) => $$"""{"messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"{{user}}"},{"role":"assistant","content":"ok"}]}""";
}
