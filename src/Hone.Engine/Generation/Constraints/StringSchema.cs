namespace Hone.Engine.Generation.Constraints;

/// <summary>What schemas say together of a string.</summary>
static class StringSchema
{
    public static Term ToTerm(SchemaFields fields)
    {
        (int min, int max) = fields.Counts("minLength", "maxLength");
        (string Text, SchemaPlace Place)[] patterns = [.. fields.AllTexts("pattern")], formats = [.. fields.AllTexts("format")];
        if (patterns.Length + formats.Length == 0)
            return JsonTerms.StringOf(JsonTerms.Repeat(JsonTerms.Character, min, max));
        IReadOnlyList<PatternBranch>[] read = [.. patterns.Select(pattern => Read(pattern.Text, pattern.Place)), .. formats.Select(format => Format(format.Text, format.Place))];
        try
        {
            return PatternTerms.ToTerm(read, min, max) is { } content ? JsonTerms.StringOf(content)
                : throw fields.Place.Error($"no string keeps {Named(fields)} together.");
        }
        catch (FormatException problem)
        {
            throw fields.Place.Error($"{Named(fields)} together have {problem.Message}, which is not supported.");
        }
    }

    static IReadOnlyList<PatternBranch> Read(string pattern, SchemaPlace place)
    {
        try
        {
            return PatternReader.Read(pattern);
        }
        catch (FormatException problem)
        {
            throw place.Error($"the 'pattern' {SchemaJson.Quote(pattern)} has {problem.Message}, which is not supported.");
        }
    }

    static IReadOnlyList<PatternBranch> Format(string format, SchemaPlace place) =>
        PatternReader.Read(StringFormats.Find(format) ?? throw place.Error($"'{format}' is not a supported 'format'. Supported are: {string.Join(", ", StringFormats.Names)}."));

    static string Named(SchemaFields fields)
    {
        string[] names = [.. ((string[])["pattern", "format", "minLength", "maxLength"]).Where(fields.Has).Select(name => $"'{name}'")];
        return names.Length == 1 ? $"all of {names[0]}" : string.Join(" and ", names);
    }
}
