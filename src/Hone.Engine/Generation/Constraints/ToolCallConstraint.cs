using System.Text;
using System.Text.Json;
using Hone.Engine.ChatTemplates;

namespace Hone.Engine.Generation.Constraints;

/// <summary>A tool that may be called.</summary>
/// <param name="Parameters">The schema of its arguments; null where it takes none.</param>
/// <param name="IsStrict">Whether the schema must keep the rules of structured outputs; else arguments of a schema that cannot be honoured are any object.</param>
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
        Term call = JsonTerms.Choice([.. tools.Select(tool => Call(format, tool))]);
        Term more = mayCallSeveral && format.Separator is { } separator
            ? JsonTerms.Repeat(JsonTerms.Sequence(JsonTerms.Literal(separator), call), 0, int.MaxValue)
            : Term.Nothing;
        Term end = JsonTerms.Literal(format.End);
        string start = format.Before.TrimStart();
        Term only = JsonTerms.Sequence(JsonTerms.White, JsonTerms.Literal(start), call, more, end);
        if (mustCall || words is not null)
            return new TextConstraint(mustCall ? only : JsonTerms.Choice(only, words!.Root), vocabulary);
        if (format.Tag is not { } tag)
        {
            Term calls = JsonTerms.Sequence(JsonTerms.Repeat(new ByteTerm(White), 0, int.MaxValue), JsonTerms.Literal(start), call, more, end);
            return new TextConstraint(JsonTerms.Choice(calls, OtherText(start)), vocabulary);
        }

        return new TextConstraint(TextUpTo(tag, JsonTerms.Sequence(JsonTerms.Literal(start[tag.Length..]), call, more, end)), vocabulary);
    }

    static ByteSet White => ByteSet.Of(" \t\r\n"u8);

    static Term Call(ToolCallFormat format, CallableTool tool) =>
        JsonTerms.Sequence(JsonTerms.Literal(tool.Name + format.Between), Arguments(tool), JsonTerms.Literal(format.After));

    static Term Arguments(CallableTool tool)
    {
        if (tool.Parameters is not { } parameters)
            return JsonTerms.Literal("{}");
        try
        {
            return SchemaReader.Read(parameters, tool.IsStrict, mustBeObject: true).ToTerm(JsonTerms.MaxDepth);
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
    static Term TextUpTo(string tag, Term then)
    {
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
                .. Enumerable.Range(0, 256).GroupBy(value => Next(bytes.AsSpan(0, matched), (byte)value, bytes))
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
