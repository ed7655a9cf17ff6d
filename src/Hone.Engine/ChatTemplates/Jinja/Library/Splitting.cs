using System.Buffers;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Python's ways to split a string.</summary>
static class Splitting
{
    static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

    public static JinjaList Split(TracedText text, Arguments arguments, Budget budget, bool fromEnd)
    {
        string? separator = arguments.Get(0, "sep", null) is { } given ? Python.ExpectText(given, "sep").Value : null;
        long most = arguments.Integer(1, "maxsplit", -1);
        if (separator?.Length == 0)
            throw new HoneException("empty separator");

        List<(int Start, int End)> parts = separator is null ? Words(text.Value) : Parts(text.Value, separator);
        if (most >= 0 && parts.Count > most + 1)
            Merge(parts, (int)most + 1, fromEnd, separator is null ? text.Value : null);
        budget.ChargeCharacters(parts.Count);
        return new JinjaList([.. parts.Select(part => text.Slice(part.Start, part.End - part.Start))]);
    }

    public static JinjaList Lines(TracedText text, bool keepEnds)
    {
        List<object?> lines = [];
        int start = 0;
        while (start < text.Value.Length)
        {
            int end = text.Value.AsSpan(start).IndexOfAny(LineBreaks) + start;
            end = end < start ? text.Value.Length : end;
            int next = end + (text.Value.AsSpan(end).StartsWith("\r\n") ? 2 : end < text.Value.Length ? 1 : 0);
            lines.Add(text.Slice(start, (keepEnds ? next : end) - start));
            start = next;
        }
        return new JinjaList(lines);
    }

    public static JinjaList Partition(TracedText text, TracedText separator, bool fromEnd)
    {
        int at = fromEnd
            ? text.Value.LastIndexOf(separator.Value, StringComparison.Ordinal)
            : text.Value.IndexOf(separator.Value, StringComparison.Ordinal);
        int after = at + separator.Value.Length;
        object?[] parts =
            at >= 0 ? [text.Slice(0, at), separator, text.Slice(after, text.Value.Length - after)]
            : fromEnd ? [TracedText.Empty, TracedText.Empty, text]
            : [text, TracedText.Empty, TracedText.Empty];
        return new JinjaList(parts) { IsTuple = true };
    }

    static List<(int Start, int End)> Words(string value)
    {
        List<(int, int)> words = [];
        int i = 0;
        while (i < value.Length)
        {
            while (i < value.Length && char.IsWhiteSpace(value[i]))
                i++;
            int start = i;
            while (i < value.Length && !char.IsWhiteSpace(value[i]))
                i++;
            if (i > start)
                words.Add((start, i));
        }
        return words;
    }

    static List<(int Start, int End)> Parts(string value, string separator)
    {
        List<(int, int)> parts = [];
        int start = 0;
        for (int at = value.IndexOf(separator, StringComparison.Ordinal); at >= 0; at = value.IndexOf(separator, start, StringComparison.Ordinal))
        {
            parts.Add((start, at));
            start = at + separator.Length;
        }
        parts.Add((start, value.Length));
        return parts;
    }

    /// <summary>Joins the parts beyond the limit at one end; splitting at white space keeps what stands at the far end of the rest.</summary>
    static void Merge(List<(int Start, int End)> parts, int limit, bool fromEnd, string? whiteSpaceSplit)
    {
        int surplus = parts.Count - limit;
        if (fromEnd)
        {
            parts[surplus] = (whiteSpaceSplit is null ? parts[0].Start : 0, parts[surplus].End);
            parts.RemoveRange(0, surplus);
        }
        else
        {
            parts[limit - 1] = (parts[limit - 1].Start, whiteSpaceSplit?.Length ?? parts[^1].End);
            parts.RemoveRange(limit, surplus);
        }
    }
}
