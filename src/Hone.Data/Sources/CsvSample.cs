using System.Text;

namespace Hone.Data.Sources;

/// <summary>The beginning of a text file, by which its separator is judged.</summary>
sealed class CsvSample(string text)
{
    const int Size = 1 << 19;

    static readonly string[] Separators = ["\t", ",", ";", "|", "，", "；", "\u3001"];
    static readonly string AllSeparators = string.Concat(Separators);

    public string Text => text;

    public static CsvSample Of(SourceBytes file, TextEncoding encoding)
    {
        using Stream stream = encoding.OpenUtf8(file);
        byte[] bytes = new byte[Size];
        int length = stream.ReadAtLeast(bytes, Size, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        // The last line may be cut off.
        int end = length == Size ? text.LastIndexOf('\n') : -1;
        return new CsvSample(end > 0 ? text[..(end + 1)] : text);
    }

    /// <summary>Whether every line has the same number of cells, more than one; a few may have none of the separators, because their text goes on from the line before.</summary>
    public bool HasColumns(string separator)
    {
        List<int> counts = Counts(separator, hasQuotes: false);
        return counts.Count > 0 && counts[0] > 1 && counts.TrueForAll(count => count == counts[0] || count == 1) && counts.Count(count => count == 1) <= counts.Count / 20;
    }

    /// <summary>What splits the first row, and most rows after it into the same number of cells; a comma where nothing does.</summary>
    public string Separator()
    {
        (string best, double bestShare) = (",", 0);
        foreach (string separator in Separators)
        {
            List<int> counts = Counts(separator, hasQuotes: true);
            double share = counts is [> 1, ..] ? counts.Count(count => count == counts[0]) / (double)counts.Count : 0;
            if (share > bestShare)
                (best, bestShare) = (separator, share);
        }
        return best;
    }

    /// <summary>
    /// Whether quotes enclose cells between tabs. Many such files know no quoting and have a quote wherever the text has one. What shows that they do
    /// is an enclosed cell that needs it: it holds a line break, a tab or a doubled quote.
    /// </summary>
    public bool HasQuotedCells(char separator)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (EndOfQuoted(i, [separator]) is not { } end || end == text.Length)
                continue;
            if (text.AsSpan(i + 1, end - i - 1).ContainsAny(separator, '\n', '"'))
                return true;
            i = end;
        }
        return false;
    }

    /// <summary>The number of cells of each row that is not blank.</summary>
    List<int> Counts(string separator, bool hasQuotes)
    {
        List<int> counts = [];
        (int cells, bool isBlank) = (1, true);
        for (int i = 0; i < text.Length; i++)
        {
            // Whichever separator is the right one, what is enclosed holds none.
            if (hasQuotes && EndOfQuoted(i, AllSeparators) is { } end)
                (i, isBlank) = (end, false);
            else if (text[i] == separator[0])
                (cells, isBlank) = (cells + 1, false);
            else if (text[i] == '\n')
            {
                if (!isBlank)
                    counts.Add(cells);
                (cells, isBlank) = (1, true);
            }
            else if (!char.IsWhiteSpace(text[i]))
                isBlank = false;
        }
        if (!isBlank)
            counts.Add(cells);
        return counts;
    }

    /// <summary>
    /// Where the quote stands that closes a cell, or the end of the text where none does; null where no cell begins with a quote here, or the quote belongs to the
    /// text: an inch mark neither follows a separator nor is followed by one when it does.
    /// </summary>
    int? EndOfQuoted(int start, ReadOnlySpan<char> separators)
    {
        bool isOpening = text[start] == '"' && (start == 0 || text[start - 1] == '\n' || separators.Contains(text[start - 1]));
        if (!isOpening)
            return null;
        int end = start + 1;
        while (end < text.Length && (text[end] != '"' || (end + 1 < text.Length && text[end + 1] == '"')))
            end += text[end] == '"' ? 2 : 1;
        bool isClosing = end + 1 >= text.Length || text[end + 1] is '\r' or '\n' || separators.Contains(text[end + 1]);
        return isClosing ? Math.Min(end, text.Length) : null;
    }
}
