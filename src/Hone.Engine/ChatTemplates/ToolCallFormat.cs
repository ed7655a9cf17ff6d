using System.Text.Json;
using Hone.Engine.Tokenizers;

namespace Hone.Engine.ChatTemplates;

/// <summary>
/// How a template writes an assistant's calls of tools: <c>Before NAME Between ARGUMENTS After</c>, then <c>Separator</c> and the next call, or <c>End</c>.
/// It is found by rendering calls whose names are known, so that every template that writes names and JSON arguments is understood. Where the template
/// writes special tokens, their texts stand here; where it writes an id, <see cref="IdMark"/> stands for each of its characters.
/// </summary>
/// <param name="Tag">What tells a call from other words wherever it stands, such as <c>&lt;tool_call&gt;</c>; null where a call must be the whole answer.</param>
/// <param name="Separator">From one call to the next; null where the template takes one call only.</param>
public sealed record ToolCallFormat(string Before, string Between, string After, string? Separator, string End, string? Tag)
{
    /// <summary>One letter or digit of a call's id.</summary>
    public const char IdMark = '\0';

    /// <summary>Whether the arguments come before the name.</summary>
    public bool HasArgumentsFirst { get; init; }

    /// <summary>Whether <see cref="Tag"/> is a special token: then the same letters are words.</summary>
    public bool IsTagToken { get; init; }

    /// <summary>A special token that the model may write before a call, although the template does not; null for none.</summary>
    public string? Lead { get; init; }

    /// <summary>Whether calls are written with ids, which then have <see cref="ToolCallIds.ShortLength"/> letters and digits.</summary>
    public bool HasIds => Pieces.Any(piece => piece.Contains(IdMark, StringComparison.Ordinal));

    /// <summary>Up to the name or the arguments, without the white space that belongs to the template.</summary>
    public string Start => Before.TrimStart();

    string[] Pieces => [Before, Between, After, Separator ?? "", End];

    /// <summary>The format of a model's template, or why there is none: half a sentence about the template.</summary>
    public static (ToolCallFormat? Format, string? Problem) Find(ChatEncoder encoder) => new ToolCallProbe(encoder).Find();

    /// <summary>Whether a text begins with a piece, or is the beginning of one that goes on.</summary>
    internal static bool Agrees(ReadOnlySpan<char> text, ReadOnlySpan<char> piece)
    {
        int length = Math.Min(text.Length, piece.Length);
        for (int i = 0; i < length; i++)
        {
            if (piece[i] == IdMark ? !char.IsAsciiLetterOrDigit(text[i]) : text[i] != piece[i])
                return false;
        }

        return true;
    }

    /// <summary>Whether a text begins with a piece.</summary>
    internal static bool BeginsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> piece) => text.Length >= piece.Length && Agrees(text, piece);
}

/// <summary>Finds the format of one template.</summary>
sealed class ToolCallProbe(ChatEncoder encoder)
{
    const string FirstName = "first_probe", SecondName = "second_probe", Key = "probe_key", Value = "probe_value", FirstId = "prb000001", SecondId = "prb000002";

    /// <summary>What models of the Llama family were taught to write before a call, and no longer need to.</summary>
    const string LlamaLead = "<|python_tag|>";

    static readonly JsonElement Tools = JsonSerializer.SerializeToElement(
        new[] { FirstName, SecondName }.Select(name => new { type = "function", function = new { name, description = "", parameters = new { type = "object", properties = new { probe_key = new { type = "string", description = "" } } } } }));

    Tokenizer Tokenizer => encoder.Tokenizer;

    public (ToolCallFormat? Format, string? Problem) Find()
    {
        if (!encoder.Template.WritesTools)
            return (null, "has no place for tools");
        if (!encoder.Template.WritesToolCalls)
            return (null, "has no place for calls of tools");
        (string? one, string? refusal) = Tail(1);
        if (one is null)
            return (null, $"refuses a call of a tool: {refusal}");
        if (!one.Contains(FirstName, StringComparison.Ordinal))
            return (null, "does not write the name of the function that is called");
        if (Cut(one, FirstName) is not { } first)
            return (null, "does not write the arguments of a call as a JSON object");

        (string? two, _) = Tail(2);
        ToolCallFormat format = new(first.Before, first.Between, first.Remainder.TrimEnd(), Separator: null, End: "", Tag: null) { HasArgumentsFirst = first.HasArgumentsFirst };
        if (two is not null && Cut(two, FirstName) is { } again && Cut(again.Remainder, SecondName) is { } second)
        {
            // What follows a call is the same whether another one comes or not, up to the separator.
            string separator = second.Before;
            int shared = separator.AsSpan().CommonPrefixLength(second.Remainder);
            string after = separator[..shared].TrimEnd();
            format = format with { After = after, Separator = separator[after.Length..], End = second.Remainder[after.Length..].TrimEnd() };
        }

        return Check(WithTag(format));
    }

    /// <summary>What the template writes after the words that ask for an answer, up to the token that ends it; or why it writes nothing.</summary>
    (string? Text, string? Refusal) Tail(int calls)
    {
        ChatMessage user = new("user", "Hello");
        ToolCall[] made = [new(FirstId, FirstName, Arguments), new(SecondId, SecondName, Arguments)];
        try
        {
            string asked = encoder.Template.Render(new Conversation([user], Tools), addGenerationPrompt: true).Text;
            string answered = encoder.Template.Render(new Conversation([user, new ChatMessage("assistant", "") { ToolCalls = made[..calls] }], Tools), addGenerationPrompt: false).Text;
            string tail = answered[asked.AsSpan().CommonPrefixLength(answered)..];
            int[] ends = [.. encoder.EndIds.Select(Tokenizer.TokenText).Where(text => text.Length > 0).Select(text => tail.IndexOf(text, StringComparison.Ordinal)).Where(at => at >= 0)];
            tail = ends.Length > 0 ? tail[..ends.Min()] : tail;
            // What it writes before plain words, such as empty thoughts, is no part of a call.
            string opening = AnswerOpening.Of(encoder);
            tail = tail.StartsWith(opening, StringComparison.Ordinal) ? tail[opening.Length..] : tail;
            string marks = new(ToolCallFormat.IdMark, FirstId.Length);
            return (tail.Replace(FirstId, marks, StringComparison.Ordinal).Replace(SecondId, marks, StringComparison.Ordinal), null);
        }
        catch (HoneException problem)
        {
            return (null, problem.Message);
        }
    }

    static string Arguments => $$"""{"{{Key}}": "{{Value}}"}""";

    /// <summary>What stands before the first of name and arguments, between them, and after them.</summary>
    static (string Before, string Between, string Remainder, bool HasArgumentsFirst)? Cut(string text, string name)
    {
        int at = text.IndexOf(name, StringComparison.Ordinal);
        int key = text.IndexOf(Key, StringComparison.Ordinal);
        int value = key < 0 ? -1 : text.IndexOf(Value, key, StringComparison.Ordinal);
        if (at < 0 || value < 0)
            return null;
        int open = text.LastIndexOf('{', key);
        int close = text.IndexOf('}', value);
        if (open < 0 || close < 0 || (at > open && at < close) || text[open..(close + 1)].Replace(" ", "", StringComparison.Ordinal) != Arguments.Replace(" ", "", StringComparison.Ordinal))
            return null;
        return at < open
            ? (text[..at], text[(at + name.Length)..open], text[(close + 1)..], false)
            : (text[..open], text[(close + 1)..at], text[(at + name.Length)..], true);
    }

    ToolCallFormat WithTag(ToolCallFormat format)
    {
        string start = format.Start;
        if (Specials.FirstOrDefault(special => start.StartsWith(special, StringComparison.Ordinal)) is { } token)
            return format with { Tag = token, IsTagToken = true };
        int end = start.StartsWith('<') ? start.IndexOf('>', StringComparison.Ordinal) : -1;
        if (end > 1)
            return format with { Tag = start[..(end + 1)] };
        bool hasLead = encoder.Template.Mentions(LlamaLead) && Specials.Contains(LlamaLead);
        return hasLead ? format with { Lead = LlamaLead } : format;
    }

    IEnumerable<string> Specials => Tokenizer.SpecialIds.Select(Tokenizer.TokenText).Where(text => text.Length > 0);

    static (ToolCallFormat?, string?) Check(ToolCallFormat format)
    {
        string mark = format.Tag ?? format.Start;
        if (mark.Length == 0 || mark[0] == ToolCallFormat.IdMark)
            return (null, "writes nothing before a call by which it could be told from words");
        // A name is letters, digits, _ and -, so that what follows it must be something else.
        string behindName = format.HasArgumentsFirst ? format.After : format.Between;
        if (behindName.Length == 0 || char.IsAsciiLetterOrDigit(behindName[0]) || behindName[0] is '_' or '-' or ToolCallFormat.IdMark)
            return (null, "writes nothing after the name of a function by which its end could be seen");
        string[] pieces = [format.Before, format.Between, format.After, format.Separator ?? "", format.End];
        return pieces.Any(piece => piece.Contains(FirstName, StringComparison.Ordinal) || piece.Contains(SecondName, StringComparison.Ordinal) || piece.Contains(Value, StringComparison.Ordinal))
            ? (null, "writes the name or the arguments of a call more than once")
            : (format, null);
    }
}
