using Hone.Data.Formats;

namespace Hone.Data.Prepare;

/// <summary>Texts and lists of a file within a message.</summary>
public static class Shown
{
    const int MostCharacters = 60;
    const int MostLines = 10;

    /// <summary>A text between backticks, on one line, cut where it is long.</summary>
    public static string Quoted(string text)
    {
        string start = CommonText.Length(text) > MostCharacters ? string.Concat(text.EnumerateRunes().Take(MostCharacters)) + "…" : text;
        return $"`{start.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}`";
    }

    /// <summary>The first lines of a list by number.</summary>
    internal static string Lines(IReadOnlyList<int> lines) => LineList.Of(lines.Take(MostLines), lines.Count > MostLines);
}
