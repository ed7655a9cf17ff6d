using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

public class JsonRowsTests
{
    [Theory]
    [InlineData("[\"a\", \"b\"]", "{\"text\":\"a\"} {\"text\":\"b\"}")]
    [InlineData("[[\"a\", 1], [\"b\", 2]]", "{\"column1\":\"a\",\"column2\":1} {\"column1\":\"b\",\"column2\":2}")]
    [InlineData("[[\"a\", \"b\"], [\"c\", \"d\", \"e\"]]", "{\"turns\":[\"a\",\"b\"]} {\"turns\":[\"c\",\"d\",\"e\"]}")]
    [InlineData("{\"cat\": [0.1, 2], \"dog\": [1, 0]}", "{\"key\":\"cat\",\"value\":[0.1,2]} {\"key\":\"dog\",\"value\":[1,0]}")]
    [InlineData("{\"x1\": {\"q\": \"a\"}, \"x2\": {\"q\": \"b\"}}", "{\"key\":\"x1\",\"q\":\"a\"} {\"key\":\"x2\",\"q\":\"b\"}")]
    [InlineData("{\"q\": {\"0\": \"a\", \"1\": \"b\"}, \"l\": {\"0\": 1, \"1\": 0}}", "{\"q\":\"a\",\"l\":1} {\"q\":\"b\",\"l\":0}")]
    [InlineData("{\n \"a\": 1\n}\n{\n \"a\": 2\n}", "{\"a\":1} {\"a\":2}")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")]
    [InlineData("{\"conversations\": [[\"a\", \"b\"]], \"categories\": [\"c\"]}", "{\"turns\":[\"a\",\"b\"]}")]
    public void Every_layout_has_its_rows(string text, string rows)
    {
        using TextFile file = new(text);

        string read = string.Join(' ', SourceFile.Open(file.Path, new SourceOptions { Format = "json" }).Read().Select(row => string.Concat(row.Value.GetRawText().Where(c => !char.IsWhiteSpace(c)))));

        read.ShouldBe(rows);
    }

    [Fact]
    public void An_object_of_very_many_members_is_one_row_with_as_many_columns()
    {
        // Were each name compared with those before it, this would take long.
        const int members = 50_000;
        using TextFile file = new($"{{{string.Join(',', Enumerable.Range(0, members).Select(i => $"\"k{i}\":\"v\""))}}}");

        SourceFile.Open(file.Path, new SourceOptions { Format = "json" }).Columns.Count.ShouldBe(members);
    }

    [Fact]
    public void One_of_several_lists_is_chosen_by_its_name()
    {
        using TextFile file = new("{\"train\": [{\"a\": 1}, {\"a\": 2}], \"test\": [{\"a\": 3}], \"n\": 2}");

        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "json", Sheet = "test" });

        source.Sheets.ShouldBe(["train", "test"]);
        source.Read().ShouldHaveSingleItem().Value.GetProperty("a").GetInt32().ShouldBe(3);
        source.Notes.ShouldContain("the list test of train (2), test (1)");
    }

    [Theory]
    [InlineData("jsonl", "[{\"a\": 1},\n{\"a\": 2}]")]
    [InlineData("json", "{\"a\": 1}\n\n{\"a\": 2}\n")]
    public void The_text_decides_and_not_the_name(string format, string text)
    {
        using TextFile file = new(text);

        SourceFile.Open(file.Path, new SourceOptions { Format = format }).Read().Count().ShouldBe(2);
    }

    [Fact]
    public void Values_longer_than_the_buffer_keep_their_lines()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), i * 7001))];
        using TextFile file = new("[\n" + string.Join(",\n\n", texts.Select(text => $"{{\"a\":\n\"{text}\"}}")) + "]");

        JsonLine[] rows = [.. SourceFile.Open(file.Path, new SourceOptions { Format = "json" }).Read()];

        rows.Select(row => row.Value.GetProperty("a").GetString()).ShouldBe(texts);
        rows.Select(row => row.Line).ShouldBe(Enumerable.Range(0, 40).Select(i => 2 + (3 * i)));
    }

    [Fact]
    public void Rows_are_read_again_from_the_first_one()
    {
        using TextFile file = new("[{\"a\": 1}, {\"a\": 2}]");
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "json" });

        JsonLine first = source.Read().First();

        first.Example.ShouldBe(1);
        source.Read().Select(row => row.Example).ShouldBe([1, 2]);
    }
}
