using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Mapping;

/// <summary>Rows that a prompt and an answer, or two answers, are written from by templates.</summary>
sealed class TemplateShape(string name, Template? prompt, Template answer, DatasetKind kind) : RowShape
{
    public Template? System { get; init; }

    public Template? NonPreferred { get; init; }

    public override string Description
    {
        get
        {
            string parts = string.Join(", ", Parts().Select(part => $"{part.Role} \"{part.Template.Source}\""));
            return Text.Of($"{name}: {parts}", $"{name}：{parts}");
        }
    }

    public override DatasetKind Kind => kind;

    public override IReadOnlyList<string> Columns => [.. Parts().SelectMany(part => part.Template.Columns).Distinct()];

    /// <summary>Columns of the prompt that rows may leave empty.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    public override IReadOnlyList<string> Required => [.. Columns.Except(Optional)];

    public override DatasetLine Read(JsonLine row)
    {
        string question = prompt?.Render(row.Value) ?? "";
        string text = answer.Render(row.Value);
        if (kind == DatasetKind.Completion)
            return new CompletionLine(row.Example, row.Line, question, text);

        List<ChatMessage> messages = [];
        if (System is not null)
            messages.Add(new ChatMessage("system", System.Render(row.Value)));
        if (prompt is not null)
            messages.Add(new ChatMessage("user", question));
        ChatMessage reply = new("assistant", text);
        return NonPreferred is null
            ? new ChatLine(row.Example, row.Line, new Conversation([.. messages, reply]))
            : new PreferenceLine(row.Example, row.Line, new Conversation(messages), reply, new ChatMessage("assistant", NonPreferred.Render(row.Value)));
    }

    IEnumerable<(string Role, Template Template)> Parts()
    {
        if (System is not null)
            yield return ("--system", System);
        if (prompt is not null)
            yield return (kind == DatasetKind.Completion ? "--prompt" : "--user", prompt);
        yield return (kind switch { DatasetKind.Completion => "--completion", DatasetKind.Chat => "--assistant", _ => "--preferred" }, answer);
        if (NonPreferred is not null)
            yield return ("--non-preferred", NonPreferred);
    }

    /// <summary>The shape that the user described.</summary>
    /// <exception cref="HoneException">The templates do not go together.</exception>
    public static TemplateShape Of(MappingOptions options)
    {
        bool isPreference = (options.Preferred ?? options.NonPreferred) is not null;
        bool isCompletion = (options.Prompt ?? options.Completion) is not null;
        bool isChat = (options.User ?? options.Assistant) is not null;
        string? answer = isPreference ? options.Preferred : isCompletion ? options.Completion : options.Assistant;
        bool isMixed = isCompletion && isChat || isPreference && (options.Completion ?? options.Assistant) is not null;
        if (isMixed || answer is null || (isPreference && options.NonPreferred is null))
            throw new HoneException(Text.Of(
                "Give --prompt with --completion, or --user with --assistant, or --user with --preferred and --non-preferred.",
                "请给出 --prompt 和 --completion，或 --user 和 --assistant，或 --user 和 --preferred、--non-preferred。"));

        DatasetKind kind = isPreference ? DatasetKind.Preference : isCompletion && options.System is null ? DatasetKind.Completion : DatasetKind.Chat;
        return new TemplateShape(Text.Of("given", "给定模板"), Parsed(options.Prompt ?? options.User), Template.Parse(answer), kind)
        {
            System = Parsed(options.System),
            NonPreferred = Parsed(options.NonPreferred),
        };
    }

    static Template? Parsed(string? text) => text is null ? null : Template.Parse(text);
}
