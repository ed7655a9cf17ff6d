using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

public class WorkbookRowsTests
{
    static readonly byte[] Book = Workbook.Of(
        ("空", []),
        ("问答", [["问题", "答案", "分"], ["你好", "您好", "#4.5"], ["", "", ""], ["再见\n!", "", "#3"]]),
        ("More", [["a"], ["b"]])
    );

    [Fact]
    public void The_first_sheet_with_rows_is_read_and_all_are_listed()
    {
        using TextFile file = new(Book);

        var source = SourceFile.Open(file.Path);
        JsonLine[] rows = [.. source.Read()];

        source.Format.ShouldBe("xlsx");
        source.Sheets.ShouldBe(["空", "问答", "More"]);
        source.Notes.ShouldContain("sheet 问答 of 空, 问答, More (another one with --sheet)");
        rows.Select(row => (row.Example, row.Line)).ShouldBe([(1, 2), (2, 4)]);
        rows.Select(row => row.Value.GetRawText()).ShouldBe(["{\"问题\":\"你好\",\"答案\":\"您好\",\"分\":\"4.5\"}", "{\"问题\":\"再见\\n!\",\"答案\":\"\",\"分\":\"3\"}"]);
    }

    [Fact]
    public void Another_sheet_is_read_by_its_name()
    {
        using TextFile file = new(Book);

        SourceFile.Open(file.Path, new SourceOptions { Sheet = "More" }).Read().Select(row => row.Value.GetRawText()).ShouldBe(["{\"a\":\"b\"}"]);
    }
}
