using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

public class CsvRowsTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", ",")]
    [InlineData("a;b\n\"1;1\";2,5\n", ";")]
    [InlineData("a\tb\n1\t2, 3\n", "\t")]
    [InlineData("a|b\n1|2\n", "|")]
    [InlineData("问题，答案\n一，\"二，三\"\n", "，")]
    [InlineData("问题；答案\n一，二；三\n", "；")]
    public void The_separator_is_what_splits_all_rows_alike(string text, string separator)
    {
        string[][] rows = Rows(text);

        rows.ShouldHaveSingleItem().Length.ShouldBe(2);
        Rows(text, new SourceOptions { Format = "csv", Separator = separator }).ShouldBe(rows);
    }

    [Theory]
    [InlineData("name;size, in;note\npipe 5\";1;a\nrod;2;b\nbolt;3;c\n", 3)]
    [InlineData("size;name, long\n\"5\"\" pipe\";a\n7\" pipe;b\n9\" pipe;c\n", 2)]
    [InlineData("1;\"x, y\"\n2;\"z, w\"\n", 2)]
    public void Inch_marks_do_not_hide_the_separator(string text, int columns) => Rows(text).ShouldAllBe(row => row.Length == columns);

    [Fact]
    public void Full_width_separators_are_found_wherever_the_reader_stops()
    {
        foreach (int length in Enumerable.Range((1 << 16) - 20, 24))
        {
            string cell = new('x', length);

            Rows($"问，答\n\"{cell}，\"，b\n").ShouldBe([[cell + "，", "b"]]);
        }
    }

    [Fact]
    public void Line_breaks_of_windows_blank_lines_and_cells_too_many_that_are_empty_are_no_matter() =>
        Rows("\ufeffa,b\r\n\r\n1,\"x\r\ny\"\r\n2,z,,\r\n").ShouldBe([["1", "x\r\ny"], ["2", "z"]]);

    [Fact]
    public void A_quote_inside_of_a_cell_is_text() => Rows("a,b\n5\" disk,it's \"new\"\n").ShouldBe([["5\" disk", "it's \"new\""]]);

    [Theory]
    [InlineData("question,answer\nx,y\n", true)]
    [InlineData("label,review\n1,好\n", true)]
    [InlineData("好看的电影,1\n难看,0\n", false)]
    [InlineData("ham,Ok lar... Joking with you!\nspam,win\n", false)]
    [InlineData("ham,yes\nspam,no\nham,maybe\n", false)]
    [InlineData(",Time,Text\n0,1,x\n", true)]
    public void Whether_the_first_row_is_a_header_is_judged(string text, bool hasHeader)
    {
        using TextFile file = new(text);

        SourceFile source = Open(file, new SourceOptions { Format = "csv" });

        source.Read().First().Line.ShouldBe(hasHeader ? 2 : 1);
        source.Columns[0].ShouldBe(hasHeader && text[0] != ',' ? text[..text.IndexOf(',', StringComparison.Ordinal)] : "column1");
    }

    [Fact]
    public void A_name_of_several_lines_is_one_that_a_template_can_hold()
    {
        using TextFile file = new("\"问题\n（必填）\",\"answer\e[31m\"\nx,y\n");

        Open(file).Columns.ShouldBe(["问题 （必填）", "answer [31m"]);
    }

    [Fact]
    public void The_user_knows_better_whether_there_is_a_header()
    {
        const string text = "1,2\nx,y\n";

        Rows(text, new SourceOptions { Format = "csv", HasHeader = true }).ShouldBe([["x", "y"]]);
        Rows(text, new SourceOptions { Format = "csv", HasHeader = false }).ShouldBe([["1", "2"], ["x", "y"]]);
    }

    [Fact]
    public void A_name_that_occurs_again_gets_a_number_and_it_is_said()
    {
        using TextFile file = new("name,text,name,\nx,y,z,w\n");

        SourceFile source = Open(file, new SourceOptions { Format = "csv" });

        source.Columns.ShouldBe(["name", "text", "name_2", "column4"]);
        source.Notes.ShouldContain("the name name occurs again: column 3 is called name_2");
    }

    [Fact]
    public void A_name_that_fills_a_very_wide_header_is_told_apart_and_a_few_are_said()
    {
        // Were each name to try all numbers anew, this would take long.
        const int columns = 20_000;
        using TextFile file = new(string.Join(',', Enumerable.Repeat("a", columns)) + "\n" + string.Join(',', Enumerable.Repeat("x", columns)) + "\n");

        SourceFile source = Open(file);

        source.Columns.Distinct().Count().ShouldBe(columns);
        source.Columns[^1].ShouldBe($"a_{columns}");
        source.Notes.Count(note => note.Contains("occurs again", StringComparison.Ordinal)).ShouldBe(5);
        source.Notes.ShouldContain("so do 19,994 more");
    }

    [Fact]
    public void Between_tabs_quotes_are_text_unless_they_enclose_what_needs_it()
    {
        Rows("ham\t\"Happy days\" I know\nspam\t\"Win now\n", Tabs).ShouldBe([["ham", "\"Happy days\" I know"], ["spam", "\"Win now"]]);
        Rows("ham\t\"a\tb\"\nspam\tc\n", Tabs).ShouldBe([["ham", "a\tb"], ["spam", "c"]]);
        Rows("ham\t\"say \"\"hi\"\"\"\nspam\tc\n", Tabs).ShouldBe([["ham", "say \"hi\""], ["spam", "c"]]);
    }

    [Fact]
    public void Quotes_inside_of_a_cell_are_text_beside_full_width_separators_too() =>
        Rows("问，答\n5\" 屏幕，好\n\"说\"\"好，的\"\"\"，9\"\n").ShouldBe([["5\" 屏幕", "好"], ["说\"好，的\"", "9\""]]);

    [Fact]
    public void Several_lines_go_on_with_one_row() =>
        Rows("ham\tone\ntwo\nthree\nspam\twin\nagain\n", Tabs).ShouldBe([["ham", "one\ntwo\nthree"], ["spam", "win\nagain"]]);

    [Fact]
    public void A_line_without_a_tab_goes_on_with_the_row_before() =>
        Rows("ham\tlives around he\nre though\nspam\twin\n", Tabs).ShouldBe([["ham", "lives around he\nre though"], ["spam", "win"]]);

    static readonly SourceOptions Tabs = new() { Format = "tsv", HasHeader = false };

    static SourceFile Open(TextFile file, SourceOptions? options = null) => SourceFile.Open(file.Path, options ?? new SourceOptions { Format = "csv" });

    static string[][] Rows(string text, SourceOptions? options = null)
    {
        using TextFile file = new(text);
        SourceFile source = Open(file, options);
        return [.. source.Read().Select(row => source.Columns.Select(column => row.Value.GetProperty(column).GetString()!).ToArray())];
    }
}
