using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Tokenizers;

namespace Hone.Data.Checks;

/// <summary>
/// Counts tokens by OpenAI's published rule: 3 for a conversation; for each message 3, the tokens of each of its texts, the role's among them, and 1 more for a name. What the
/// rule does not foresee counts as text: calls by name and arguments, tools as their JSON, both answers of a preference. Prompt and completion have no overhead.
/// </summary>
/// <remarks>For one thread: it remembers what many lines share.</remarks>
sealed class PublishedTokens(Tokenizer tokenizer)
{
    const int Priming = 3;
    const int PerMessage = 3;

    readonly Dictionary<string, int> _roles = new(StringComparer.Ordinal);
    (string Text, int Tokens) _lastInstruction = ("", 0);
    (string Json, int Tokens) _lastTools = ("", 0);

    /// <returns>The tokens of an example, and of these the assistant's: content and calls.</returns>
    public (int Total, int Assistant) Count(DatasetLine line) =>
        line switch
        {
            ChatLine chat => CountChat(chat.Conversation),
            CompletionLine completion => Count(completion),
            PreferenceLine preference => Count(preference),
            _ => throw new ArgumentException("There is no fourth kind of line.", nameof(line)),
        };

    (int, int) Count(CompletionLine line)
    {
        int completion = Tokens(line.Completion);
        return (Tokens(line.Prompt) + completion, completion);
    }

    (int, int) Count(PreferenceLine line)
    {
        int total = CountChat(line.Prompt).Total;
        int answers = 0;
        foreach (ChatMessage answer in (ChatMessage[])[line.Preferred, line.NonPreferred])
        {
            int said = Said(answer);
            answers += said;
            total += Around(answer) + said;
        }
        return (total, answers);
    }

    (int Total, int Assistant) CountChat(Conversation conversation)
    {
        int total = Priming + (conversation.Tools is { } tools ? TokensOfTools(tools) : 0);
        int assistant = 0;
        foreach (ChatMessage message in conversation.Messages)
        {
            int said = Said(message);
            total += Around(message) + said;
            if (message.IsAssistant)
                assistant += said;
        }
        return (total, assistant);
    }

    /// <summary>What a message counts besides what it says.</summary>
    int Around(ChatMessage message)
    {
        if (!_roles.TryGetValue(message.Role, out int count))
            _roles[message.Role] = count = Tokens(message.Role);
        count += PerMessage;
        if (message.Name is { } name)
            count += Tokens(name) + 1;
        if (message.Reasoning is { } reasoning)
            count += Tokens(reasoning);
        return message.ToolCallId is { } call ? count + Tokens(call) : count;
    }

    int Said(ChatMessage message)
    {
        int count = message.IsInstruction ? TokensOfInstruction(message.Content) : Tokens(message.Content);
        foreach (ToolCall call in message.ToolCalls)
            count += Tokens(call.Name) + Tokens(call.Arguments);
        return count;
    }

    int TokensOfInstruction(string text)
    {
        if (_lastInstruction.Text != text)
            _lastInstruction = (text, Tokens(text));
        return _lastInstruction.Tokens;
    }

    int TokensOfTools(JsonElement tools)
    {
        string json = tools.GetRawText();
        if (_lastTools.Json != json)
            _lastTools = (json, Tokens(json));
        return _lastTools.Tokens;
    }

    int Tokens(string text) => tokenizer.Count(text, addSpecial: false);
}
