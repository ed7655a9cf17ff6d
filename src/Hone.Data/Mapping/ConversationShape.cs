using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Mapping;

/// <summary>
/// Conversations as lists of messages: ShareGPT's <c>from</c> and <c>value</c>, OpenAI's <c>role</c> and <c>content</c> beside other columns, or plain texts in turn;
/// with <c>chosen</c> and <c>rejected</c> answers a preference.
/// </summary>
sealed class ConversationShape : RowShape
{
    readonly string _messages;
    readonly string? _system;
    readonly string? _tools;
    readonly (string Chosen, string Rejected)? _answers;

    ConversationShape(string messages, string? system, string? tools, (string, string)? answers) =>
        (_messages, _system, _tools, _answers) = (messages, system, tools, answers);

    public override string Description =>
        _answers is null
            ? Text.Of($"conversations in {_messages}", $"{_messages} 中的对话")
            : Text.Of($"conversations in {_messages} with a chosen and a rejected answer", $"{_messages} 中的对话，带选中与被拒的回答");

    public override DatasetKind Kind => _answers is null ? DatasetKind.Chat : DatasetKind.Preference;

    public override IReadOnlyList<string> Columns => [.. ((string?[])[_messages, _system, _tools, _answers?.Chosen, _answers?.Rejected]).OfType<string>()];

    public static RowShape? Of(ColumnSet columns)
    {
        string? messages = columns.Find("messages", "conversations", "conversation", "dialog", "turns", "对话");
        if (messages is null || !IsConversation(columns, messages))
            return null;
        (string, string)? answers = columns.Find("chosen") is { } chosen && columns.Find("rejected") is { } rejected ? (chosen, rejected) : null;
        return new ConversationShape(messages, columns.Find("system", "system_prompt", "系统"), columns.Find("tools", "functions"), answers);
    }

    public override DatasetLine Read(JsonLine row)
    {
        MessageBuilder messages = new(row);
        if (_system is not null && Cells.Text(row.Value, _system) is { Length: > 0 } system)
            messages.Add("system", system);
        foreach (JsonElement message in messages.List(_messages))
            messages.Add(message);
        JsonElement? tools = _tools is null ? null : messages.Tools(_tools);
        if (_answers is not { } answers)
            return new ChatLine(row.Example, row.Line, new Conversation(messages.Messages, tools));

        return new PreferenceLine(row.Example, row.Line, new Conversation(messages.Messages, tools), messages.Answer(answers.Chosen), messages.Answer(answers.Rejected));
    }

    /// <summary>A list, or the JSON of one as a text: tables cannot hold it otherwise.</summary>
    static bool IsConversation(ColumnSet columns, string column) =>
        columns.Sample.Select(row => Cells.Find(row.Value, column)).FirstOrDefault(value => value is not null) is { } first
        && (first.ValueKind == JsonValueKind.Array || (first.ValueKind == JsonValueKind.String && first.GetString()!.TrimStart() is ['[', .. var rest] && rest.TrimStart().StartsWith('{')));
}
