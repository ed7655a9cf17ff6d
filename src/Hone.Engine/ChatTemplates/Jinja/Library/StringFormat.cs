using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>"%s" % value</c> and <c>"{}".format(value)</c>, with the conversions s, r, d, f and x and a width or precision.</summary>
static class StringFormat
{
    const int MaximumWidth = 1000;

    public static TracedText Percent(TracedText format, object? value, Render render)
    {
        IReadOnlyList<object?> values = value is JinjaList { IsTuple: true } tuple ? tuple.Items : [value];
        TextBuilder builder = new(render.Budget);
        int used = 0;
        int from = 0;
        while (format.Value.IndexOf('%', from) is >= 0 and int at)
        {
            builder.Append(format.Slice(from, at - from));
            int end = at + 1;
            while (end < format.Value.Length && !char.IsLetter(format.Value[end]) && format.Value[end] != '%')
                end++;
            if (end >= format.Value.Length)
                throw new HoneException("incomplete format");

            string specification = format.Value[(at + 1)..(end + 1)];
            if (specification == "%")
                builder.Append(format.Slice(at, 1));
            else
                builder.Append(Converted(used < values.Count ? values[used++] : throw TooFew(), specification, isRight: true, render.Budget));
            from = end + 1;
        }
        return builder.Append(format.Slice(from, format.Value.Length - from)).ToText();
    }

    public static TracedText Braces(TracedText format, Arguments arguments, Render render)
    {
        TextBuilder builder = new(render.Budget);
        int next = 0;
        int i = 0;
        while (i < format.Value.Length)
        {
            char c = format.Value[i];
            if (c is '{' or '}' && i + 1 < format.Value.Length && format.Value[i + 1] == c)
            {
                builder.Append(format.Slice(i, 1));
                i += 2;
            }
            else if (c == '{')
            {
                int close = format.Value.IndexOf('}', i);
                if (close < 0)
                    throw new HoneException("expected '}' before end of string");
                string[] field = format.Value[(i + 1)..close].Split(':', 2);
                object? value = Field(field[0], arguments, ref next);
                builder.Append(Converted(value, field.Length > 1 ? field[1] : "", isRight: Python.IsNumber(value), render.Budget));
                i = close + 1;
            }
            else
            {
                builder.Append(format.Slice(i, 1));
                i++;
            }
        }
        return builder.ToText();
    }

    static object? Field(string name, Arguments arguments, ref int next)
    {
        if (name.Length == 0)
            name = (next++).ToString(CultureInfo.InvariantCulture);
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            return index < arguments.Positional.Count ? arguments.Positional[index] : throw TooFew();
        return arguments.Named.TryGetValue(name, out object? value) ? value : throw new HoneException($"format() has no argument '{name}'");
    }

    static TracedText Converted(object? value, string specification, bool isRight, Budget budget)
    {
        char kind = specification.Length > 0 && char.IsLetter(specification[^1]) ? specification[^1] : 's';
        string options = specification.TrimEnd(kind);
        string[] parts = options.Split('.', 2);
        string width = parts[0].TrimStart('<', '>', '-');
        if (!TryNumber(width, out int columns) || !TryNumber(parts.Length > 1 ? parts[1] : "", out int digits))
            throw new HoneException($"the format '{specification}' is not supported");

        TracedText text = kind switch
        {
            's' when parts.Length > 1 && value is double number => Number(number, "F" + digits),
            's' => PythonText.Str(value, budget),
            'r' => PythonText.Repr(value, budget),
            'd' or 'i' => Number(Math.Truncate(Python.ToDouble(value)), "F0"),
            'f' => Number(Python.ToDouble(value), "F" + (parts.Length > 1 ? digits : 6)),
            'x' => TracedText.Of(Python.ExpectInteger(value, "number").ToString("x", CultureInfo.InvariantCulture)),
            _ => throw new HoneException($"the format '{specification}' is not supported"),
        };
        isRight = parts[0].StartsWith('>') || (isRight && !parts[0].StartsWith('<') && !parts[0].StartsWith('-'));
        return Pad(text, columns, isRight, width.StartsWith('0') && isRight && Python.IsNumber(value) ? '0' : ' ', budget);
    }

    static TracedText Pad(TracedText text, int columns, bool isRight, char fill, Budget budget)
    {
        if (columns <= text.Length)
            return text;
        TracedText blanks = TracedText.Of(new string(fill, columns - text.Length));
        TextBuilder builder = new(budget);
        return isRight ? builder.Append(blanks).Append(text).ToText() : builder.Append(text).Append(blanks).ToText();
    }

    static bool TryNumber(string digits, out int number)
    {
        number = 0;
        return digits.Length == 0 || (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MaximumWidth);
    }

    static TracedText Number(double number, string format) => TracedText.Of(number.ToString(format, CultureInfo.InvariantCulture));

    static HoneException TooFew() => new("not enough arguments for format string");
}
