namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary><c>tojson</c> as transformers defines it: Python's format, nothing escaped for HTML, all scripts kept.</summary>
static class JsonFilter
{
    const long WidestIndent = 100;

    public static IEnumerable<KeyValuePair<string, Filters.Filter>> All => [new("tojson", ToJson)];

    static TracedText ToJson(Render render, object? value, Arguments arguments)
    {
        bool ensureAscii = arguments.Flag(0, "ensure_ascii", false);
        int? indent = arguments.Get(1, "indent", null) is { } given
            ? (int)Math.Clamp(Python.ExpectInteger(given, "indent"), 0, WidestIndent)
            : null;
        (string item, string key) = (indent is null ? ", " : ",", ": ");
        if (arguments.Get(2, "separators", null) is JinjaList { Items.Count: 2 } separators)
            (item, key) = (
                Python.ExpectText(separators.Items[0], "separator").Value,
                Python.ExpectText(separators.Items[1], "separator").Value
            );

        TextBuilder builder = new(render.Budget);
        new JsonText(builder, ensureAscii, indent, item, key, arguments.Flag(3, "sort_keys", false)).Append(value);
        return builder.ToText();
    }
}
