using System.Text;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

/// <summary>Files that cannot be read say where and why.</summary>
public class SourceErrorTests
{
    [Theory]
    [InlineData("a,b\n1,\"x\ny\n", "Line 2, column 3: this quote is never closed.")]
    [InlineData("a,b\n\"好\n的\",\"never\nclosed\n", "Line 3, column 4: this quote is never closed.")]
    [InlineData("a,b\n1,\"x\" y\n", "Line 2, column 6: there is text after the closing quote.")]
    [InlineData("a,b\n\"x\ny\",\"z\"\"\"!\n", "Line 3, column 9: there is text after the closing quote.")]
    [InlineData("a,b\n\"x\" ,y\n", "Line 2, column 4: there is a blank between the closing quote and the separator. Remove it, there and in other lines.")]
    [InlineData("a,b\n1,\"x\" \n", "Line 2, column 6: there is a blank between the closing quote and the separator.")]
    [InlineData("a,b\n1,2\n1,2,3\n", "Line 3 has 3 cells, but the table has 2 columns. Put a cell that holds a separator into quotes; the first one too many is: 3")]
    [InlineData("a,b,c\n1,2,3\n\n4,5\n", "Line 4 has 2 cells, but the table has 3 columns: c is missing.")]
    [InlineData("a,b\n1,x\0y\n", "Line 2, column b: there is a zero byte")]
    [InlineData("a,b\n", "has no rows. If its first row is data")]
    [InlineData("\n\n", "has no rows.")]
    [InlineData(" \n\t\n", "has no rows.")]
    [InlineData(",,\n , ,\n", "has no rows.")]
    [InlineData("", "has no rows.")]
    public void Tables(string text, string message) => Message(text, "csv").ShouldContain(message);

    [Theory]
    [InlineData("[{\"a\": 1},\n {\"a\": }]", "Line 2, byte 8: this is no JSON: '}' is an invalid start of a value. Nothing after it was read.")]
    [InlineData("[{\"a\": 1},\n {\"a\": \"1", "Line 2, byte 10: this is no JSON: Expected end of string, but instead reached end of data. Nothing after it was read.")]
    [InlineData("[{\"a\": \"\\ud83d\"}]", "an escape \\ud… without its other half")]
    [InlineData("[{\"a\": 1, \"a\": 2}]", "Line 1: this is no JSON: the name 'a' occurs twice")]
    [InlineData("{\"x\": [{\"a\": 1}], \"y\": [{\"a\": 2}, {\"a\": 3}]}", "holds several lists: x (1), y (2). Name one with --sheet.")]
    [InlineData("7", "holds no list and no object.")]
    [InlineData("[]", "has no rows.")]
    public void Json(string text, string message) => Message(text, "json").ShouldContain(message);

    [Theory]
    [InlineData("a,b\n", "csv", true)]
    [InlineData("a\tb\n", "tsv", true)]
    [InlineData("[]", "json", false)]
    [InlineData(" \n", "jsonl", false)]
    public void A_header_alone_is_taken_for_one_where_there_may_be_one(string text, string format, bool mayBeHeader) => Message(text, format).Contains("--no-header", StringComparison.Ordinal).ShouldBe(mayBeHeader);

    [Fact]
    public void Json_that_is_nested_too_deeply() => Message(new string('[', 70) + new string(']', 70), "json").ShouldContain("Line 1, byte 65: this is no JSON: lists and objects are nested deeper than 64.");

    [Theory]
    [InlineData("a: [1, 2\n", "this is no YAML")]
    [InlineData("a: &x [1]\nb: *x\n", "Line 2, column 4: this is no YAML: only plain values, lists and mappings are read")]
    [InlineData("a: 1\na: 2\n", "Line 2, column 1: this is no YAML: the name a occurs twice")]
    public void Yaml(string text, string message) => Message(text, "yaml").ShouldContain(message);

    [Fact]
    public void Rows_of_YAML_are_named_by_the_lines_where_they_begin()
    {
        using TextFile file = new("# notes\n- q: a\n  a: b\n\n- q: |\n    two\n    lines\n  a: c\n- {q: d,\n   a: \"e\n     f\"}\n- q: g\n");

        SourceFile.Open(file.Path, new SourceOptions { Format = "yaml" }).Read().Select(row => (row.Line, row.Value.GetProperty("q").GetString())).ShouldBe([(2, "a"), (5, "two\nlines\n"), (9, "d"), (12, "g")]);
    }

    [Fact]
    public void A_line_and_a_row_that_are_too_long()
    {
        string text = new('x', 17 << 20);

        Message("a\n" + text, "txt").ShouldContain("Line 2 is longer than 16 MB.");
        Message("a,b\n1,\"" + text, "csv").ShouldContain("The row that begins in line 2 is longer than 16 MB.");
    }

    [Theory]
    [InlineData(new byte[] { 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2 }, "is an xz archive. Unpack or convert it")]
    [InlineData(new byte[] { 0x25, 0x50, 0x44, 0x46, 0x2d, 1, 2 }, "is a PDF document.")]
    [InlineData(new byte[] { 0x50, 0x4b, 3, 4, 5, 6, 7, 8 }, "is no workbook that can be read")]
    [InlineData(new byte[] { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0 }, "is no workbook that can be read")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0xfd, 0xfc }, "is neither UTF-8 nor UTF-16 nor GB18030: see line 1, byte 1. Name")]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0, 1, 2 }, "cannot be unpacked")]
    public void Other_files(byte[] bytes, string message) => Message(bytes, null).ShouldContain(message);

    [Fact]
    public void A_file_that_is_no_workbook_is_let_go()
    {
        using TextFile file = new([0x50, 0x4b, 3, 4, 5, 6, 7, 8]);

        Should.Throw<HoneException>(() => SourceFile.Open(file.Path));

        using FileStream alone = new(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        alone.Length.ShouldBe(8);
    }

    [Fact]
    public void A_file_that_is_only_called_a_workbook()
    {
        Message([1, 2, 3, 4, 5, 6, 7, 8], "xlsx").ShouldEndWith(" is no workbook that can be read: It does not begin as one. Save it as .xlsx or .csv again.");

        Text.IsChinese = true; // of this test alone
        Message([1, 2, 3, 4, 5, 6, 7, 8], "xlsx").ShouldEndWith(" 不是可读取的工作簿：文件开头不符合其格式。 请重新另存为 .xlsx 或 .csv。");
    }

    [Fact]
    public void A_workbook_with_a_password() => Message(EncryptedWorkbook.Bytes(), null).ShouldContain("is protected by a password. Save it without one.");

    [Fact]
    public void A_workbook_without_the_named_sheet_and_one_without_rows()
    {
        byte[] book = Workbook.Of(("One", [["a"], ["1"]]), ("Two", []));

        Message(book, null, new SourceOptions { Sheet = "Three" }).ShouldContain("has no sheet Three. It has: One, Two.");
        Message(book, null, new SourceOptions { Sheet = "Two" }).ShouldContain("has no rows");
        Message(Workbook.Of(("One", [])), null).ShouldContain("has no sheet with rows.");
    }

    [Fact]
    public void A_workbook_cell_with_half_a_character() => Message(Workbook.Of(("One", [["a"], ["_xD83D_"]])), null).ShouldContain("Row 2, column a: the cell holds a character that no text has.");

    [Fact]
    public void Options_that_name_nothing()
    {
        Message("a,b", "csv", new SourceOptions { Encoding = "klingon" }).ShouldContain("There is no encoding klingon.");
        Message("a,b", "csv", new SourceOptions { Separator = "||" }).ShouldContain("\"||\" is no separator.");
        Message("a,b", "docx").ShouldContain("There is no format docx. Name one of csv, tsv,");
    }

    [Fact]
    public void A_missing_file_and_a_folder()
    {
        Should.Throw<HoneException>(() => SourceFile.Open(Path.Combine(Path.GetTempPath(), "none", "none.csv"))).Message.ShouldStartWith("There is no file ");
        Should.Throw<HoneException>(() => SourceFile.Open(Path.GetTempPath())).Message.ShouldContain(" is a folder.");
    }

    static string Message(string text, string? format, SourceOptions? options = null) => Message(Encoding.UTF8.GetBytes(text), format, options);

    static string Message(byte[] bytes, string? format, SourceOptions? options = null)
    {
        using TextFile file = new(bytes);
        options = (options ?? new SourceOptions()) with { Format = format };
        return Should.Throw<HoneException>(() => SourceFile.Open(file.Path, options).Read().Count()).Message;
    }
}
