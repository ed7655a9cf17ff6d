using System.Text;

namespace Hone.Data.Sources;

/// <summary>The beginning of a text file, by which its separator is judged.</summary>
sealed class CsvSample(string text)
{
    const int Size = 1 << 19;

    static readonly string[] Separators = ["\t", ",", ";", "|", "，", "；", "\u3001"];

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
            bool isOpening = text[i] == '"' && (i == 0 || text[i - 1] == separator || text[i - 1] == '\n');
            if (!isOpening)
                continue;
            bool isNeeded = false;
            int end = i + 1;
            for (; end < text.Length && (text[end] != '"' || (end + 1 < text.Length && text[end + 1] == '"')); end++)
            {
                isNeeded |= text[end] is '\n' or '"' || text[end] == separator;
                end += text[end] == '"' ? 1 : 0;
            }
            bool isClosed = end < text.Length && (end + 1 == text.Length || text[end + 1] == separator || text[end + 1] is '\r' or '\n');
            if (isNeeded && isClosed)
                return true;
            i = isClosed ? end : i;
        }
        return false;
    }

    /// <summary>The number of cells of each row that is not blank.</summary>
    List<int> Counts(string separator, bool hasQuotes)
    {
        List<int> counts = [];
        (int cells, bool isQuoted, bool isBlank) = (1, false, true);
        foreach (char c in text)
        {
            if (hasQuotes && c == '"')
                isQuoted = !isQuoted;
            if (c == separator[0] && !isQuoted)
                cells++;
            if (c == '\n' && !isQuoted)
            {
                if (!isBlank)
                    counts.Add(cells);
                (cells, isBlank) = (1, true);
            }
            else if (!char.IsWhiteSpace(c) || c == separator[0])
                isBlank = false;
        }
        if (!isBlank)
            counts.Add(cells);
        return counts;
    }
}
