using System.Text.Json;

namespace Hone.Engine.ChatTemplates;

/// <summary>
/// How a template writes an assistant's calls of tools: <c>Before NAME Between ARGUMENTS After</c>, then <c>Separator</c> and the next call, or <c>End</c>.
/// It is found by rendering calls whose names are known, so that every template that writes calls in that order is understood.
/// </summary>
/// <param name="Tag">What tells a call from other words wherever it stands, such as <c>&lt;tool_call&gt;</c>; null where a call must be the whole answer.</param>
/// <param name="Separator">From one call to the next; null where the template takes one call only.</param>
public sealed record ToolCallFormat(string Before, string Between, string After, string? Separator, string End, string? Tag)
{
    const string FirstName = "first_probe", SecondName = "second_probe", Key = "probe_key", Value = "probe_value", FirstId = "prb000001", SecondId = "prb000002";

    static readonly JsonElement Tools = JsonSerializer.SerializeToElement(
        new[] { FirstName, SecondName }.Select(name => new { type = "function", function = new { name, description = "", parameters = new { type = "object", properties = new { probe_key = new { type = "string" } } } } }));

    /// <summary>The format of a model's template; null where it has no place for calls, or writes them in another way.</summary>
    public static ToolCallFormat? Of(ChatEncoder encoder)
    {
        if (!encoder.Template.WritesTools || !encoder.Template.WritesToolCalls || Tail(encoder, 1) is not { } one || Cut(one) is not { } parts)
            return null;
        (string before, string between, string rest) = parts;
        if (Tail(encoder, 2) is not { } two || Cut(two) is not ({ }, _, { } afterFirst) || Cut(afterFirst, SecondName) is not { } second)
            return Checked(encoder, new ToolCallFormat(before, between, rest.TrimEnd(), Separator: null, End: "", TagOf(before)));

        // What follows a call is the same whether another one comes or not, up to the separator.
        string separator = second.Before;
        int shared = separator.AsSpan().CommonPrefixLength(second.Remainder);
        string after = separator[..shared].TrimEnd();
        return Checked(encoder, new ToolCallFormat(before, between, after, separator[after.Length..], second.Remainder[after.Length..].TrimEnd(), TagOf(before)));
    }

    /// <summary>What the template writes after the words that ask for an answer, up to the token that ends it.</summary>
    static string? Tail(ChatEncoder encoder, int calls)
    {
        ChatMessage user = new("user", "Hello");
        ToolCall[] made = [new(FirstId, FirstName, Arguments), new(SecondId, SecondName, Arguments)];
        try
        {
            string asked = encoder.Template.Render(new Conversation([user], Tools), addGenerationPrompt: true).Text;
            string answered = encoder.Template.Render(new Conversation([user, new ChatMessage("assistant", "") { ToolCalls = made[..calls] }], Tools), addGenerationPrompt: false).Text;
            string tail = answered[asked.AsSpan().CommonPrefixLength(answered)..];
            int[] ends = [.. encoder.EndIds.Select(encoder.Tokenizer.TokenText).Where(text => text.Length > 0).Select(text => tail.IndexOf(text, StringComparison.Ordinal)).Where(at => at >= 0)];
            return ends.Length > 0 ? tail[..ends.Min()] : tail;
        }
        catch (HoneException)
        {
            // Such as a template that takes one call only.
            return null;
        }
    }

    static string Arguments => $$"""{"{{Key}}": "{{Value}}"}""";

    /// <summary>What stands before the name, between name and arguments, and after them.</summary>
    static (string Before, string Between, string Remainder)? Cut(string text, string name = FirstName)
    {
        int at = text.IndexOf(name, StringComparison.Ordinal);
        int key = at < 0 ? -1 : text.IndexOf(Key, at, StringComparison.Ordinal);
        int value = key < 0 ? -1 : text.IndexOf(Value, key, StringComparison.Ordinal);
        if (value < 0)
            return null;
        int open = text.LastIndexOf('{', key);
        int close = text.IndexOf('}', value);
        if (open < at || close < 0 || text[open..(close + 1)].Replace(" ", "", StringComparison.Ordinal) != Arguments.Replace(" ", "", StringComparison.Ordinal))
            return null;
        return (text[..at], text[(at + name.Length)..open], text[(close + 1)..]);
    }

    /// <summary>A word in brackets at the beginning.</summary>
    static string? TagOf(string before)
    {
        string text = before.TrimStart();
        int end = text.Length > 0 && text[0] == '<' ? text.IndexOf('>', StringComparison.Ordinal) : -1;
        return end > 1 ? text[..(end + 1)] : null;
    }

    static ToolCallFormat? Checked(ChatEncoder encoder, ToolCallFormat format)
    {
        string[] pieces = [format.Before, format.Between, format.After, format.Separator ?? "", format.End];
        // The ids of calls, and tokens that no text can spell, are not written by this server.
        bool isSpelled = !pieces.Any(piece =>
            piece.Contains(FirstId, StringComparison.Ordinal) || piece.Contains(SecondId, StringComparison.Ordinal) || piece.Contains(FirstName, StringComparison.Ordinal)
            || encoder.Tokenizer.SpecialIds.Select(encoder.Tokenizer.TokenText).Any(special => special.Length > 0 && piece.Contains(special, StringComparison.Ordinal)));
        return isSpelled && format.Before.Trim().Length > 0 && format.Between.Length > 0 ? format : null;
    }
}
