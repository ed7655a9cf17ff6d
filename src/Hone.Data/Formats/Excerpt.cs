namespace Hone.Data.Formats;

/// <summary>The beginning of a text from a file, for a message: not long, and without characters that steer terminals.</summary>
static class Excerpt
{
    const int Most = 40;

    public static string Of(string text)
    {
        string start = text.Length <= Most ? text : text[..(char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most)] + "…";
        return start.Any(char.IsControl) ? string.Concat(start.Select(character => char.IsControl(character) ? '\ufffd' : character)) : start;
    }

    /// <summary>Of text in UTF-8; bytes that are none become U+FFFD.</summary>
    public static string Of(ReadOnlySpan<byte> text) => Of(System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * (Most + 1))]));
}
