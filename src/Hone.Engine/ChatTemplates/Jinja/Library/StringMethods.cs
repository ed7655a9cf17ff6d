using System.Globalization;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>The methods of a Python string that templates use.</summary>
static class StringMethods
{
    static readonly Dictionary<string, Func<TracedText, Render, Arguments, object?>> Methods = new()
    {
        ["strip"] = (text, _, arguments) => text.Trim(Characters(arguments)),
        ["lstrip"] = (text, _, arguments) => text.Trim(Characters(arguments), atEnd: false),
        ["rstrip"] = (text, _, arguments) => text.Trim(Characters(arguments), atStart: false),
        ["split"] = (text, render, arguments) => Splitting.Split(text, arguments, render.Budget, fromEnd: false),
        ["rsplit"] = (text, render, arguments) => Splitting.Split(text, arguments, render.Budget, fromEnd: true),
        ["splitlines"] = (text, _, arguments) => Splitting.Lines(text, arguments.Flag(0, "keepends", false)),
        ["partition"] = (text, _, arguments) => Splitting.Partition(text, arguments.Text(0, "sep"), fromEnd: false),
        ["rpartition"] = (text, _, arguments) => Splitting.Partition(text, arguments.Text(0, "sep"), fromEnd: true),
        ["join"] = (text, render, arguments) => Join(text, arguments, render.Budget),
        ["replace"] = (text, render, arguments) => Replace(text, arguments, render.Budget),
        ["format"] = (text, render, arguments) => StringFormat.Braces(text, arguments, render),
        ["startswith"] = (text, _, arguments) => Affixes(arguments).Any(part => text.Value.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, _, arguments) => Affixes(arguments).Any(part => text.Value.EndsWith(part, StringComparison.Ordinal)),
        ["removeprefix"] = (text, _, arguments) => RemovePrefix(text, arguments.Text(0, "prefix").Value),
        ["removesuffix"] = (text, _, arguments) => RemoveSuffix(text, arguments.Text(0, "suffix").Value),
        ["find"] = (text, _, arguments) => Find(text, text.Value.IndexOf(arguments.Text(0, "sub").Value, StringComparison.Ordinal)),
        ["rfind"] = (text, _, arguments) => Find(text, text.Value.LastIndexOf(arguments.Text(0, "sub").Value, StringComparison.Ordinal)),
        ["count"] = (text, _, arguments) => Count(text, arguments.Text(0, "sub").Value),
        ["upper"] = (text, _, _) => text.WithCharacters(text.Value.ToUpperInvariant()),
        ["lower"] = (text, _, _) => text.WithCharacters(text.Value.ToLowerInvariant()),
        ["capitalize"] = (text, _, _) => Capitalize(text),
        ["title"] = (text, _, _) => Title(text),
        ["isdigit"] = (text, _, _) => text.Value.Length > 0 && text.Value.All(char.IsDigit),
        ["isalpha"] = (text, _, _) => text.Value.Length > 0 && text.Value.All(char.IsLetter),
        ["isalnum"] = (text, _, _) => text.Value.Length > 0 && text.Value.All(char.IsLetterOrDigit),
        ["isspace"] = (text, _, _) => text.Value.Length > 0 && text.Value.All(char.IsWhiteSpace),
        ["isupper"] = (text, _, _) => text.Value.Any(char.IsUpper) && !text.Value.Any(char.IsLower),
        ["islower"] = (text, _, _) => text.Value.Any(char.IsLower) && !text.Value.Any(char.IsUpper),
    };

    public static Callable? Find(TracedText text, string name) =>
        Methods.TryGetValue(name, out Func<TracedText, Render, Arguments, object?>? method)
            ? new Callable(name, (render, arguments) => Charged(text, render, () => method(text, render, arguments)))
            : null;

    public static TracedText Capitalize(TracedText text) =>
        text.Value.Length == 0
            ? text
            : text.WithCharacters(text.Value[..1].ToUpperInvariant() + text.Value[1..].ToLowerInvariant());

    public static TracedText Title(TracedText text)
    {
        char[] characters = text.Value.ToCharArray();
        bool isInWord = false;
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            characters[i] = isInWord ? char.ToLower(c, CultureInfo.InvariantCulture) : char.ToUpper(c, CultureInfo.InvariantCulture);
            isInWord = char.IsLetter(c);
        }
        return text.WithCharacters(new string(characters));
    }

    public static TracedText Replace(TracedText text, Arguments arguments, Budget budget)
    {
        string old = arguments.Text(0, "old").Value;
        TracedText replacement = arguments.Text(1, "new");
        long most = arguments.Get(2, "count", null) is { } count ? Python.ExpectInteger(count, "count") : -1;
        if (old.Length == 0)
            throw new HoneException("'replace' needs something to replace: its first argument is empty");

        TextBuilder builder = new(budget);
        int from = 0;
        while (most != 0 && text.Value.IndexOf(old, from, StringComparison.Ordinal) is >= 0 and int at)
        {
            builder.Append(text.Slice(from, at - from)).Append(replacement);
            from = at + old.Length;
            most--;
        }
        return from == 0 ? text : builder.Append(text.Slice(from, text.Value.Length - from)).ToText();
    }

    static object? Charged(TracedText text, Render render, Func<object?> method)
    {
        render.Budget.ChargeCharacters(text.Value.Length);
        return method();
    }

    static string? Characters(Arguments arguments) =>
        arguments.Get(0, "chars", null) is { } characters ? Python.ExpectText(characters, "chars").Value : null;

    static IEnumerable<string> Affixes(Arguments arguments) =>
        arguments.Require(0, "prefix") is JinjaList { IsTuple: true } many
            ? many.Items.Select(item => Python.ExpectText(item, "prefix").Value)
            : [arguments.Text(0, "prefix").Value];

    static TracedText RemovePrefix(TracedText text, string prefix) =>
        text.Value.StartsWith(prefix, StringComparison.Ordinal) ? text.Slice(prefix.Length, text.Value.Length - prefix.Length) : text;

    static TracedText RemoveSuffix(TracedText text, string suffix) =>
        text.Value.EndsWith(suffix, StringComparison.Ordinal) ? text.Slice(0, text.Value.Length - suffix.Length) : text;

    static long Find(TracedText text, int index) => index < 0 ? -1 : CodePoints.Count(text.Value[..index]);

    static long Count(TracedText text, string part)
    {
        if (part.Length == 0)
            return text.Length + 1L;
        long count = 0;
        for (int at = text.Value.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.Value.IndexOf(part, at + part.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    static TracedText Join(TracedText separator, Arguments arguments, Budget budget)
    {
        TextBuilder builder = new(budget);
        bool isFirst = true;
        foreach (object? item in Python.Iterate(arguments.Require(0, "iterable")))
        {
            if (!isFirst)
                builder.Append(separator);
            isFirst = false;
            builder.Append(Python.ExpectText(item, "item"));
        }
        return builder.ToText();
    }
}
