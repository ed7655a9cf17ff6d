using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Values written as Python's <c>str</c> and <c>repr</c> write them.</summary>
static class PythonText
{
    public static TracedText Str(object? value, Budget budget)
    {
        switch (value)
        {
            case TracedText text:
                return text;
            case Undefined:
                return TracedText.Empty;
            default:
                TextBuilder builder = new(budget);
                AppendRepr(builder, value, Origin.Template, 0);
                return builder.ToText();
        }
    }

    public static TracedText Repr(object? value, Budget budget)
    {
        TextBuilder builder = new(budget);
        AppendRepr(builder, value, Origin.Template, 0);
        return builder.ToText();
    }

    /// <summary>The shortest digits that read back as the same number, in Python's notation.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";

        string[] parts = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture).Split('E');
        string shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E')[0];
        string digits = shortest.Replace(".", "", StringComparison.Ordinal).Trim('0');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return (value < 0 ? "-" : "") + (exponent is >= -4 and < 16 ? Plain(digits, exponent) : Scientific(digits, exponent));
    }

    static string Plain(string digits, int exponent)
    {
        if (exponent < 0)
            return "0." + new string('0', -exponent - 1) + digits;
        digits = digits.PadRight(exponent + 2, '0');
        return digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    static string Scientific(string digits, int exponent)
    {
        string point = digits.Length > 1 ? "." : "";
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{point}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    static void AppendRepr(TextBuilder builder, object? value, Origin origin, int depth)
    {
        Budget.CheckNesting(depth);
        switch (value)
        {
            case TracedText text:
                AppendQuoted(builder, text);
                break;
            case JinjaList list:
                AppendList(builder, list, depth + 1);
                break;
            case JinjaMap map:
                AppendMap(builder, map, depth + 1);
                break;
            default:
                builder.Append(Scalar(value), origin);
                break;
        }
    }

    static string Scalar(object? value) =>
        value switch
        {
            null => "None",
            bool truth => truth ? "True" : "False",
            long number => number.ToString(CultureInfo.InvariantCulture),
            double number => Number(number),
            Undefined => "Undefined",
            Callable callable => $"<function {callable.Name}>",
            _ => $"<{Python.TypeName(value)}>",
        };

    static void AppendList(TextBuilder builder, JinjaList list, int depth)
    {
        builder.Append(list.IsTuple ? "(" : "[", list.Origin);
        for (int i = 0; i < list.Items.Count; i++)
        {
            if (i > 0)
                builder.Append(", ", list.Origin);
            AppendRepr(builder, list.Items[i], list.Origin, depth);
        }
        string close = !list.IsTuple ? "]" : list.Items.Count == 1 ? ",)" : ")";
        builder.Append(close, list.Origin);
    }

    static void AppendMap(TextBuilder builder, JinjaMap map, int depth)
    {
        builder.Append("{", map.Origin);
        bool isFirst = true;
        foreach ((object? key, object? item) in map.Entries)
        {
            if (!isFirst)
                builder.Append(", ", map.Origin);
            isFirst = false;
            AppendRepr(builder, key, map.Origin, depth);
            builder.Append(": ", map.Origin);
            AppendRepr(builder, item, map.Origin, depth);
        }
        builder.Append("}", map.Origin);
    }

    static void AppendQuoted(TextBuilder builder, TracedText text)
    {
        char quote =
            text.Value.Contains('\'', StringComparison.Ordinal) && !text.Value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        Origin first = text.Runs.Length > 0 ? text.Runs[0].Origin : Origin.Template;
        Origin last = text.Runs.Length > 0 ? text.Runs[^1].Origin : Origin.Template;

        builder.Append(quote.ToString(), first);
        int start = 0;
        foreach (Run run in text.Runs)
        {
            for (int i = start; i < run.End; i++)
                builder.Append(Escape(text.Value[i], quote), run.Origin);
            start = run.End;
        }
        builder.Append(quote.ToString(), last);
    }

    static string Escape(char c, char quote) =>
        c switch
        {
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ when c == quote => "\\" + c,
            < ' ' or '\x7f' or '\xad' or (>= '\x80' and <= '\xa0') => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
            '\u2028' or '\u2029' or '\ufeff' or '\u3000' or (>= '\u2000' and <= '\u200f') => string.Create(
                CultureInfo.InvariantCulture,
                $"\\u{(int)c:x4}"
            ),
            _ => c.ToString(),
        };
}
