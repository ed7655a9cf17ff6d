using CsvHelper;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Says where the quotes of a row go wrong. Quotes inside of a cell are text; a cell that begins with one must end with one.</summary>
static class QuoteError
{
    /// <param name="raw">The row as it stands in the file.</param>
    /// <param name="firstLine">The line in which it begins.</param>
    public static HoneException Of(CsvMalformedReason reason, string raw, long firstLine, char separator)
    {
        int place = Find(raw, separator);
        string before = raw[..place];
        long line = firstLine + before.Count(c => c == '\n');
        int column = place - before.LastIndexOf('\n');
        if (reason == CsvMalformedReason.UnterminatedQuote)
            return new HoneException(Text.Of(
                $"Line {line}, column {column}: this quote is never closed. Close it, or double quotes that are text (\"\").",
                $"第 {line} 行第 {column} 列：该引号没有闭合。请闭合它；作为文本的引号请写两遍（\"\"）。"));
        int next = raw.IndexOfAny([separator, '\r', '\n'], place);
        bool isBlank = string.IsNullOrWhiteSpace(raw[place..(next < 0 ? raw.Length : next)]);
        return new HoneException(isBlank
            ? Text.Of(
                $"Line {line}, column {column}: there is a blank between the closing quote and the separator. Remove it, there and in other lines.",
                $"第 {line} 行第 {column} 列：右引号与分隔符之间有空格。请删除此处及其他行中的这类空格。")
            : Text.Of(
                $"Line {line}, column {column}: there is text after the closing quote. Double quotes that are text (\"\").",
                $"第 {line} 行第 {column} 列：右引号后还有文本。作为文本的引号请写两遍（\"\"）。"));
    }

    /// <summary>The opening quote that is never closed, or what follows a closing one.</summary>
    static int Find(string raw, char separator)
    {
        int i = 0;
        while (i < raw.Length)
        {
            if (raw[i] == '"')
            {
                int open = i++;
                while (i < raw.Length && (raw[i] != '"' || (i + 1 < raw.Length && raw[i + 1] == '"')))
                    i += raw[i] == '"' ? 2 : 1;
                if (i >= raw.Length)
                    return open;
                i++;
                if (i < raw.Length && raw[i] != separator && raw[i] is not ('\r' or '\n'))
                    return i;
            }
            while (i < raw.Length && raw[i] != separator)
                i++;
            i++;
        }
        return 0;
    }
}
