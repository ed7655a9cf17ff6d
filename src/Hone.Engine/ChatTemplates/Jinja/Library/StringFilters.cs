namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Filters of strings; what is no string is written out first.</summary>
static class StringFilters
{
    public static IEnumerable<KeyValuePair<string, Filters.Filter>> All =>
        [
            new("string", (render, value, _) => Str(render, value)),
            new("safe", (render, value, _) => Str(render, value)),
            new("trim", (render, value, arguments) => Str(render, value).Trim(Characters(arguments))),
            new("upper", (render, value, _) => Method(render, value, "upper", Arguments.None)),
            new("lower", (render, value, _) => Method(render, value, "lower", Arguments.None)),
            new("title", (render, value, _) => Method(render, value, "title", Arguments.None)),
            new("capitalize", (render, value, _) => Method(render, value, "capitalize", Arguments.None)),
            new("replace", (render, value, arguments) => Method(render, value, "replace", arguments)),
            new("format", (render, value, arguments) => Format(render, value, arguments)),
            new("indent", (render, value, arguments) => Indent(render, Str(render, value), arguments)),
            new("center", (render, value, arguments) => Center(render, Str(render, value), arguments.Integer(0, "width", 80))),
            new("truncate", (render, value, arguments) => Truncate(render, Str(render, value), arguments)),
            new("wordcount", (render, value, _) => (long)Splitting.Split(Str(render, value), Arguments.None, render.Budget, false).Items.Count),
            new("escape", (render, value, _) => Escape(render, Str(render, value))),
            new("e", (render, value, _) => Escape(render, Str(render, value))),
        ];

    static TracedText Str(Render render, object? value) => PythonText.Str(value, render.Budget);

    static object? Method(Render render, object? value, string name, Arguments arguments) =>
        StringMethods.Find(Str(render, value), name)!.Body(render, arguments);

    static string? Characters(Arguments arguments) =>
        arguments.Get(0, "chars", null) is { } characters ? Python.ExpectText(characters, "chars").Value : null;

    static TracedText Format(Render render, object? value, Arguments arguments) =>
        StringFormat.Percent(Str(render, value), new JinjaList(arguments.Positional) { IsTuple = true }, render);

    static TracedText Indent(Render render, TracedText text, Arguments arguments)
    {
        TracedText blanks = arguments.Get(0, "width", 4L) is TracedText given
            ? given
            : TracedText.Of(new string(' ', (int)Math.Clamp(arguments.Integer(0, "width", 4), 0, 1000)));
        bool isFirstIndented = arguments.Flag(1, "first", false);
        bool isBlankIndented = arguments.Flag(2, "blank", false);

        TextBuilder builder = new(render.Budget);
        int start = 0;
        for (int line = 0; start <= text.Value.Length; line++)
        {
            int end = text.Value.IndexOf('\n', start);
            end = end < 0 ? text.Value.Length : end;
            bool isIndented = line == 0 ? isFirstIndented : end > start || isBlankIndented;
            if (isIndented)
                builder.Append(blanks);
            builder.Append(text.Slice(start, Math.Min(end + 1, text.Value.Length) - start));
            start = end + 1;
        }
        return builder.ToText();
    }

    static TracedText Center(Render render, TracedText text, long width)
    {
        long blanks = Math.Clamp(width, 0, 10_000) - text.Length;
        if (blanks <= 0)
            return text;
        // Python puts the odd blank to the left when the width is odd, else to the right.
        long left = (blanks / 2) + (blanks & width & 1);
        TextBuilder builder = new(render.Budget);
        builder.Append(new string(' ', (int)left), Origin.Template).Append(text);
        return builder.Append(new string(' ', (int)(blanks - left)), Origin.Template).ToText();
    }

    static TracedText Truncate(Render render, TracedText text, Arguments arguments)
    {
        long length = arguments.Integer(0, "length", 255);
        TracedText end = arguments.Has(2, "end") ? arguments.Text(2, "end") : TracedText.Of("...");
        long leeway = arguments.Integer(3, "leeway", 5);
        if (text.Length <= length + leeway)
            return text;

        TracedText kept = (TracedText)Slicing.Slice(text, 0, Math.Max(0, length - end.Length), 1, render.Budget)!;
        int blank = kept.Value.LastIndexOf(' ');
        if (!arguments.Flag(1, "killwords", false) && blank >= 0)
            kept = kept.Slice(0, blank);
        return new TextBuilder(render.Budget).Append(kept).Append(end).ToText();
    }

    static TracedText Escape(Render render, TracedText text)
    {
        foreach ((string raw, string escaped) in new[] { ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;") })
            text = StringMethods.Replace(text, Arguments.Of(TracedText.Of(raw), TracedText.Of(escaped)), render.Budget);
        return text;
    }
}
