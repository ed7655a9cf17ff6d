namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>What Python says about the kind and truth of a value.</summary>
static class Python
{
    public static bool IsTrue(object? value) =>
        value switch
        {
            null or Undefined => false,
            bool truth => truth,
            long number => number != 0,
            double number => number != 0,
            TracedText text => text.Value.Length > 0,
            JinjaList list => list.Items.Count > 0,
            JinjaMap map => map.Count > 0,
            _ => true,
        };

    public static string TypeName(object? value) =>
        value switch
        {
            null => "NoneType",
            bool => "bool",
            long => "int",
            double => "float",
            TracedText => "str",
            JinjaList { IsTuple: true } => "tuple",
            JinjaList => "list",
            JinjaMap => "dict",
            Undefined => "Undefined",
            NamespaceValue => "Namespace",
            _ => "function",
        };

    public static bool IsNumber(object? value) => value is long or double or bool;

    /// <summary>An int or a bool as a whole number.</summary>
    public static bool TryWhole(object? value, out long whole)
    {
        whole = value is long number ? number : value is true ? 1 : 0;
        return value is long or bool;
    }

    public static double ToDouble(object? value) =>
        value switch
        {
            double number => number,
            long number => number,
            bool truth => truth ? 1 : 0,
            Undefined undefined => throw undefined.Error(),
            _ => throw new HoneException($"a number is needed here, not '{TypeName(value)}'"),
        };

    public static TracedText ExpectText(object? value, string what) =>
        value switch
        {
            TracedText text => text,
            Undefined undefined => throw undefined.Error(),
            _ => throw new HoneException($"'{what}' must be a string, not '{TypeName(value)}'"),
        };

    public static long ExpectInteger(object? value, string what) =>
        value switch
        {
            Undefined undefined => throw undefined.Error(),
            _ when TryWhole(value, out long whole) => whole,
            _ => throw new HoneException($"'{what}' must be an integer, not '{TypeName(value)}'"),
        };

    /// <summary>The elements of a list, the keys of a map, the characters of a string; nothing of an undefined value.</summary>
    public static IReadOnlyList<object?> Iterate(object? value) =>
        value switch
        {
            JinjaList list => list.Items,
            JinjaMap map => [.. map.Keys],
            TracedText text => Characters(text),
            Undefined => [],
            _ => throw new HoneException($"'{TypeName(value)}' object is not iterable"),
        };

    public static long LengthOf(object? value) =>
        value switch
        {
            JinjaList list => list.Items.Count,
            JinjaMap map => map.Count,
            TracedText text => text.Length,
            Undefined => 0,
            _ => throw new HoneException($"object of type '{TypeName(value)}' has no len()"),
        };

    static List<object?> Characters(TracedText text)
    {
        int[] starts = CodePoints.Starts(text.Value);
        List<object?> characters = new(starts.Length);
        for (int i = 0; i + 1 < starts.Length; i++)
            characters.Add(text.Slice(starts[i], starts[i + 1] - starts[i]));
        return characters;
    }
}
