using System.IO.Compression;
using System.Text;
using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

public class SourceFileTests
{
    const string Table = "问题,答案\n\"你好，\n世界\",\"他说\"\"好\"\"\"\n第二行,b\n";

    [Fact]
    public void A_table_becomes_rows_of_strings_with_the_lines_where_they_begin()
    {
        using TextFile file = new(Table);

        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "csv" });
        JsonLine[] rows = [.. source.Read()];

        source.Columns.ShouldBe(["问题", "答案"]);
        rows.Select(row => (row.Example, row.Line)).ShouldBe([(1, 2), (2, 4)]);
        Member(rows[0], "问题").ShouldBe("你好，\n世界");
        Member(rows[0], "答案").ShouldBe("他说\"好\"");
    }

    [Theory]
    [InlineData("utf-8", false, "UTF-8")]
    [InlineData("utf-8", true, "UTF-8")]
    [InlineData("utf-16", true, "UTF-16LE")]
    [InlineData("utf-16BE", true, "UTF-16BE")]
    [InlineData("gb18030", false, "GB18030")]
    public void Encodings_are_detected_and_said(string name, bool hasMark, string expected)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        using TextFile file = new([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Table)]);

        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "csv" });

        source.Notes[0].ShouldStartWith(expected);
        Member(source.Read().First(), "问题").ShouldBe("你好，\n世界");
    }

    [Fact]
    public void A_compressed_file_is_read_and_one_that_was_cut_off_is_an_error()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes("text\n" + string.Join('\n', Enumerable.Range(0, 5000))));
        using TextFile whole = new(packed.ToArray());
        using TextFile cut = new(packed.ToArray()[..^9]);
        SourceOptions options = new() { Format = "csv" };

        SourceFile.Open(whole.Path, options).Read().Count().ShouldBe(5000);
        Should.Throw<HoneException>(() => SourceFile.Open(cut.Path, options).Read().Count()).Message.ShouldContain("cannot be unpacked");
    }

    [Theory]
    [InlineData("[{\"a\": \"x\"},\n {\"a\": \"y\"}]")]
    [InlineData("{\"version\": 1, \"data\": [{\"a\": \"x\"},\n {\"a\": \"y\"}]}")]
    [InlineData("{\"a\": [\"x\",\n \"y\"]}")]
    [InlineData("{\"a\": {\"0\": \"x\",\n \"1\": \"y\"}}")]
    [InlineData("{\"a\": \"x\"}\n{\"a\": \"y\"}")]
    public void Json_of_any_layout_becomes_rows(string text)
    {
        using TextFile file = new(text);

        JsonLine[] rows = [.. SourceFile.Open(file.Path, new SourceOptions { Format = "json" }).Read()];

        rows.Select(row => (Member(row, "a"), row.Line)).ShouldBe([("x", 1), ("y", 2)]);
    }

    static string Member(JsonLine row, string name) => row.Value.GetProperty(name).GetString()!;
}
