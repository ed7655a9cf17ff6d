using System.Text;
using System.Text.Json;
using Hone.Engine.ChatTemplates;

namespace Hone.Engine.Generation.Constraints;

/// <summary>A tool that may be called.</summary>
/// <param name="Parameters">The schema of its arguments; null where it takes none.</param>
/// <param name="IsStrict">Whether the schema must keep the rules of structured outputs; else what cannot be honoured of it may be anything of its type.</param>
public sealed record CallableTool(string Name, JsonElement? Parameters, bool IsStrict);

/// <summary>Makes constraints for answers that call tools, as a model's template writes calls.</summary>
public static class ToolCallConstraint
{
    /// <param name="mustCall">Whether the answer is calls and nothing else; if not, it may be any text, too.</param>
    /// <param name="words">What an answer without calls must be; null for any text.</param>
    /// <param name="mayCallSeveral">Whether more than one call may be made.</param>
    /// <exception cref="SchemaException">A strict tool has a schema that cannot be honoured.</exception>
    public static TextConstraint Create(ToolCallFormat format, IReadOnlyList<CallableTool> tools, bool mustCall, bool mayCallSeveral, TextConstraint? words, ConstraintVocabulary vocabulary)
    {
        var pieces = new TemplatePieces(vocabulary);
        Term call = JsonTerms.Sequence(JsonTerms.Choice([.. tools.Select(tool => Call(format, tool, pieces))]), pieces.ToTerm(format.After));
        Term more = mayCallSeveral && format.Separator is { } separator
            ? JsonTerms.Repeat(JsonTerms.Sequence(pieces.ToTerm(separator), call), 0, int.MaxValue)
            : Term.Nothing;
        Term calls = JsonTerms.Sequence(call, more, pieces.ToTerm(format.End));
        Term lead = format.Lead is null ? Term.Nothing : JsonTerms.Optional(pieces.ToTerm(format.Lead));
        Term root = mustCall || words is not null
            ? Only(JsonTerms.Sequence(JsonTerms.White, lead, pieces.ToTerm(format.Start), calls), mustCall ? null : words)
            : format.Tag is { } tag ? TextUpTo(tag, format.IsTagToken, pieces, JsonTerms.Sequence(pieces.ToTerm(format.Start[tag.Length..]), calls))
            : JsonTerms.Choice(
                JsonTerms.Sequence(JsonTerms.Repeat(new ByteTerm(White), 0, int.MaxValue), lead, pieces.ToTerm(format.Start), calls),
                OtherText(pieces.FirstText(format.Start)));
        return new TextConstraint(root, vocabulary) { SpecialTokens = pieces.SpecialTokens };
    }

    static Term Only(Term calls, TextConstraint? words) => words is null ? calls : JsonTerms.Choice(calls, words.Root);

    static ByteSet White => ByteSet.Of(" \t\r\n"u8);

    static Term Call(ToolCallFormat format, CallableTool tool, TemplatePieces pieces)
    {
        (Term name, Term between) = (JsonTerms.Literal(tool.Name), pieces.ToTerm(format.Between));
        return format.HasArgumentsFirst ? JsonTerms.Sequence(Arguments(tool), between, name) : JsonTerms.Sequence(name, between, Arguments(tool));
    }

    static Term Arguments(CallableTool tool)
    {
        if (tool.Parameters is not { } parameters)
            return JsonTerms.Literal("{}");
        try
        {
            return SchemaReader.Read(parameters, tool.IsStrict, mustBeObject: true, isLenient: !tool.IsStrict).ToTerm(JsonTerms.MaxDepth);
        }
        catch (SchemaException) when (!tool.IsStrict)
        {
            return JsonTerms.AnyObject(JsonTerms.MaxDepth);
        }
    }

    /// <summary>Any text that does not begin, white space aside, as a call does.</summary>
    static Term OtherText(string start)
    {
        Term anything = JsonTerms.Repeat(new ByteTerm(ByteSet.Range(0, 255)), 0, int.MaxValue);
        byte[] bytes = Encoding.UTF8.GetBytes(start);
        Term rest = Term.Nothing;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            ByteSet others = ByteSet.Range(0, 255).Without(ByteSet.Of([bytes[i]])).Without(i == 0 ? White : default);
            Term different = JsonTerms.Sequence(new ByteTerm(others), anything);
            // The beginning of a call that goes no further is a text, too; a whole one is none.
            rest = i == bytes.Length - 1 ? JsonTerms.Choice(Term.Nothing, different)
                : JsonTerms.Choice(Term.Nothing, different, JsonTerms.Sequence(new ByteTerm(ByteSet.Of([bytes[i]])), rest));
        }

        return JsonTerms.Sequence(JsonTerms.Repeat(new ByteTerm(White), 0, int.MaxValue), rest);
    }

    /// <summary>Any text, and from the first tag on what must follow it (Knuth, Morris and Pratt 1977: a state for each beginning of the tag).</summary>
    /// <param name="isToken">Whether the tag is a special token. Then no letters may spell it, so that the text tells which it was.</param>
    static Term TextUpTo(string tag, bool isToken, TemplatePieces pieces, Term then)
    {
        Term[] afterToken = isToken ? [JsonTerms.Sequence(pieces.ToTerm(tag), then)] : [];
        byte[] bytes = Encoding.UTF8.GetBytes(tag);
        var states = new Term[bytes.Length + 1];
        states[bytes.Length] = then;
        for (int matched = 0; matched < bytes.Length; matched++)
        {
            int state = matched;
            states[matched] = new DeferredTerm(() => State(state));
        }

        return states[0];

        Term State(int matched) =>
            JsonTerms.Choice(
            [
                Term.Nothing,
                .. afterToken,
                .. Enumerable.Range(0, 256).GroupBy(value => Next(bytes.AsSpan(0, matched), (byte)value, bytes)).Where(group => !isToken || group.Key < bytes.Length)
                    .Select(group => JsonTerms.Sequence(new ByteTerm(ByteSet.Of([.. group.Select(value => (byte)value)])), states[group.Key])),
            ]);
    }

    /// <summary>The length of the longest beginning of the tag with which the matched bytes and one more end.</summary>
    static int Next(ReadOnlySpan<byte> matched, byte value, ReadOnlySpan<byte> tag)
    {
        byte[] seen = [.. matched, value];
        int length = Math.Min(seen.Length, tag.Length);
        while (!seen.AsSpan(seen.Length - length).SequenceEqual(tag[..length]))
            length--;
        return length;
    }
}
