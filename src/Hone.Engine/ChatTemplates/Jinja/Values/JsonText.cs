using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Values as Python's <c>json.dumps</c> writes them, each piece with its origin.</summary>
sealed class JsonText(TextBuilder builder, bool ensureAscii, int? indent, string itemSeparator, string keySeparator, bool sortKeys)
{
    public void Append(object? value) => Append(value, Origin.Template, 0);

    void Append(object? value, Origin origin, int depth)
    {
        Budget.CheckNesting(depth);
        switch (value)
        {
            case TracedText text:
                AppendQuoted(text, origin);
                break;
            case JinjaList list:
                AppendItems("[", "]", list.Items, list.Origin, depth, (item, inner) => Append(item, list.Origin, inner));
                break;
            case JinjaMap map:
                AppendItems("{", "}", Entries(map), map.Origin, depth, (entry, inner) => AppendEntry(entry, map.Origin, inner));
                break;
            default:
                builder.Append(Scalar(value), origin);
                break;
        }
    }

    void AppendItems<T>(string open, string close, IReadOnlyList<T> items, Origin origin, int depth, Action<T, int> append)
    {
        builder.Append(open, origin);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
                builder.Append(itemSeparator, origin);
            AppendLineBreak(origin, depth + 1);
            append(items[i], depth + 1);
        }
        if (items.Count > 0)
            AppendLineBreak(origin, depth);
        builder.Append(close, origin);
    }

    void AppendEntry((object? Key, object? Value) entry, Origin origin, int depth)
    {
        TracedText key = entry.Key as TracedText ?? TracedText.Of(Scalar(entry.Key), origin);
        AppendQuoted(key, origin);
        builder.Append(keySeparator, origin);
        Append(entry.Value, origin, depth);
    }

    void AppendLineBreak(Origin origin, int depth)
    {
        if (indent is { } width)
            builder.Append("\n" + new string(' ', checked(width * depth)), origin);
    }

    List<(object? Key, object? Value)> Entries(JinjaMap map)
    {
        List<(object? Key, object? Value)> entries = [.. map.Entries];
        if (sortKeys)
            entries.Sort((a, b) => Comparison.Compare(a.Key, b.Key));
        return entries;
    }

    void AppendQuoted(TracedText text, Origin empty)
    {
        Origin first = text.Runs.Length > 0 ? text.Runs[0].Origin : empty;
        Origin last = text.Runs.Length > 0 ? text.Runs[^1].Origin : empty;

        builder.Append("\"", first);
        int start = 0;
        foreach (Run run in text.Runs)
        {
            for (int i = start; i < run.End; i++)
                builder.Append(Escape(text.Value[i]), run.Origin);
            start = run.End;
        }
        builder.Append("\"", last);
    }

    string Escape(char c) =>
        c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\b' => "\\b",
            '\f' => "\\f",
            < ' ' => UnicodeEscape(c),
            > '~' when ensureAscii => UnicodeEscape(c),
            _ => c.ToString(),
        };

    static string UnicodeEscape(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    static string Scalar(object? value) =>
        value switch
        {
            null => "null",
            bool truth => truth ? "true" : "false",
            long number => number.ToString(CultureInfo.InvariantCulture),
            double.NaN => "NaN",
            double.PositiveInfinity => "Infinity",
            double.NegativeInfinity => "-Infinity",
            double number => PythonText.Number(number),
            Undefined undefined => throw undefined.Error(),
            _ => throw new HoneException($"Object of type {Python.TypeName(value)} is not JSON serializable"),
        };
}
