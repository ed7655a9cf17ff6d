using System.Text;
using System.Text.Json;
using Hone.Data.Sources;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Sources;

public class TextEncodingTests
{
    const string Chinese = "今天天气很好，我们去公园散步吧。";

    [Theory]
    [InlineData("中")]
    [InlineData(Chinese)]
    [InlineData("Order 12: " + Chinese + " thanks")]
    [InlineData("你好😀，再见。")] // Four bytes in GB18030.
    public void Chinese_text_that_is_no_utf8_is_gb18030(string text) => Read(Encode("gb18030", text)).ShouldBe(("GB18030", text));

    [Fact]
    public void The_first_part_that_is_more_than_ascii_decides()
    {
        string text = new string('a', 700_001) + Chinese;

        Read(Encode("gb18030", text)).ShouldBe(("GB18030", text));
        Read(Encoding.UTF8.GetBytes(text)).ShouldBe(("UTF-8", text));
    }

    [Fact]
    public void A_character_on_the_border_of_what_is_judged_together_is_no_error()
    {
        foreach (int before in (int[])[262_142, 262_143, 262_144])
        {
            string text = new string('a', before) + Chinese;

            Read(Encode("gb18030", text)).ShouldBe(("GB18030", text));
            Read(Encoding.UTF8.GetBytes(text)).ShouldBe(("UTF-8", text));
        }
    }

    [Theory]
    [InlineData("utf-16", "good, bad and ugly", "UTF-16LE")]
    [InlineData("utf-16BE", "good, bad and ugly", "UTF-16BE")]
    [InlineData("utf-16", "第一行：今天天气很好。Hello!", "UTF-16LE")]
    public void Utf16_is_found_without_a_mark(string encoding, string text, string name) => Read(Encode(encoding, text)).ShouldBe((name, text));

    [Theory]
    [InlineData("windows-1252", "Café crème à la carte, déjà vu")]
    [InlineData("shift_jis", "これはテストです。日本語の文章")]
    [InlineData("big5", "今天天氣很好，我們去公園散步吧。")]
    public void Other_encodings_are_asked_for_and_read_when_named(string encoding, string text)
    {
        byte[] bytes = Encode(encoding, text);

        Should.Throw<HoneException>(() => Read(bytes)).Message.ShouldContain("Name its encoding with --encoding");
        Read(bytes, encoding).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(200_000, 200_002)] // behind what is judged together
    public void Where_the_text_is_none_is_said(int linesBefore, int line)
    {
        string ascii = string.Concat(Enumerable.Repeat("a,b\n", linesBefore));
        byte[] latin = [.. Encoding.UTF8.GetBytes(ascii + "é\ncaf"), 0xe9, .. "\nd"u8, 0xe9, .. "j"u8, 0xe0];

        Should.Throw<HoneException>(() => Read(latin)).Message.ShouldContain($"nor GB18030: see line {line}, byte 4. Name its encoding");
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("klingon")]
    public void An_encoding_that_is_none_is_refused(string name) =>
        Should.Throw<HoneException>(() => Read("good"u8.ToArray(), name)).Message.ShouldContain($"There is no encoding {name}.");

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_mark_tells_the_order_of_the_bytes_where_the_name_does_not(string encoding)
    {
        byte[] bytes = [0xfe, 0xff, .. Encode("utf-16BE", Chinese)];

        Read(bytes, encoding).ShouldBe(("UTF-16BE with a byte order mark", Chinese));
    }

    [Fact]
    public void A_bad_byte_in_utf8_is_an_error_at_its_place()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("好好好好好\n好好"), 0xff, .. Encoding.UTF8.GetBytes("好\n")];

        Should.Throw<HoneException>(() => Read(bytes)).Message.ShouldEndWith(": Line 2, column text: what stands at character 3 of the cell is no UTF-8. Correct it, or name the encoding with --encoding.");
    }

    [Fact]
    public void A_bad_byte_in_gb18030_is_an_error_at_its_place()
    {
        byte[] bytes = [.. Encode("gb18030", Chinese + "\n好好"), 0xff, .. Encode("gb18030", "好\n")];

        Should.Throw<HoneException>(() => Read(bytes)).Message.ShouldEndWith(": Line 2, column text: what stands at character 3 of the cell is no GB18030. Correct it, or name the encoding with --encoding.");
    }

    static byte[] Encode(string name, string text) => (CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name)).GetBytes(text);

    static (string Encoding, string Text) Read(byte[] bytes, string? encoding = null)
    {
        using TextFile file = new(bytes);
        var source = SourceFile.Open(file.Path, new SourceOptions { Format = "txt", Encoding = encoding });
        JsonElement[] rows = [.. source.Read().Select(row => row.Value)];
        return (source.Notes[0], string.Join('\n', rows.Select(row => row.GetProperty("text").GetString())));
    }
}
