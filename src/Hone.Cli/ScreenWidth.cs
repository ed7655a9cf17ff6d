using System.Text;

namespace Hone.Cli;

/// <summary>How many columns of a terminal a text takes: Chinese characters take two.</summary>
static class ScreenWidth
{
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);

    /// <summary>The start of a text that fits into that many columns.</summary>
    public static string Cut(string text, int columns)
    {
        int used = 0;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += Of(rune);
            if (used > columns)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    static int Of(Rune rune) =>
        rune.Value
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6)
                or (>= 0x1F300 and <= 0x1FAFF)
                or (>= 0x20000 and <= 0x3FFFD)
            ? 2
            : 1;
}
