using Hone.Data.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

public class Utf8TextTests
{
    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        using TextFile file = new("\ufeff字a");

        Utf8Text.Read(file.Path).ShouldBe("字a");
    }

    [Theory]
    [InlineData(new byte[] { 0xef, 0xbb, 0xbf, 0x41, 0xff }, "FF")] // A mark does not make the reader lenient.
    [InlineData(new byte[] { 0xff, 0xfe, 0x41, 0x00 }, "FF")] // UTF-16 with its mark
    [InlineData(new byte[] { 0x41, 0xe5, 0xad }, "E5AD")] // a character cut off at the end
    public void Bytes_that_are_no_UTF8_are_refused_by_their_value(byte[] content, string bytes)
    {
        using TextFile file = new(content);

        Should.Throw<HoneException>(() => Utf8Text.Read(file.Path)).Message.ShouldBe($"{file.Path} is no text in UTF-8: it holds the bytes {bytes}. Convert it first.");
    }
}
