using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Mapping;

/// <summary>Checked lines of a training file as JSON in OpenAI's formats, and turned from one kind into another.</summary>
static class TrainingLine
{
    static readonly JsonWriterOptions Options = new() { Encoder = ReadableJson.Encoder };

    /// <summary>The line as another kind. A preference becomes a chat with the preferred answer.</summary>
    /// <exception cref="HoneException">The other kind cannot say the same.</exception>
    public static DatasetLine To(DatasetLine line, DatasetKind kind) =>
        (line, kind) switch
        {
            (ChatLine chat, DatasetKind.Completion) => Completion(chat),
            (PreferenceLine preference, DatasetKind.Completion) => Completion(Chat(preference)),
            (CompletionLine completion, DatasetKind.Chat) => new ChatLine(line.Example, line.Line, new Conversation([.. User(completion.Prompt), new ChatMessage("assistant", completion.Completion)])),
            (PreferenceLine preference, DatasetKind.Chat) => Chat(preference),
            (ChatLine or CompletionLine, DatasetKind.Preference) => throw new HoneException(Text.Of(
                "Preferences need two answers, a preferred and another one. Name them with --preferred and --non-preferred.",
                "偏好数据需要两个回答：偏好的和另一个。请用 --preferred 和 --non-preferred 指定。")),
            _ => line,
        };

    /// <summary>The line with this system message in place of its own.</summary>
    public static DatasetLine WithSystem(DatasetLine line, string system) =>
        line switch
        {
            ChatLine chat => chat with { Conversation = WithSystem(chat.Conversation, system) },
            PreferenceLine preference => preference with { Prompt = WithSystem(preference.Prompt, system) },
            _ => WithSystem(To(line, DatasetKind.Chat), system),
        };

    /// <summary>Whether there is anything to learn in it.</summary>
    public static bool HasAnswer(DatasetLine line) =>
        line switch
        {
            ChatLine chat => chat.Conversation.Messages.Any(HasText),
            CompletionLine completion => !string.IsNullOrWhiteSpace(completion.Completion),
            PreferenceLine preference => HasText(preference.Preferred) && HasText(preference.NonPreferred),
            _ => false,
        };

    public static JsonElement ToJson(DatasetLine line)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Options))
        {
            json.WriteStartObject();
            Write(json, line);
            json.WriteEndObject();
        }
        return JsonElement.Parse(bytes.WrittenSpan);
    }

    static bool HasText(ChatMessage message) => message.IsAssistant && (message.ToolCalls.Count > 0 || !string.IsNullOrWhiteSpace(message.Content));

    static Conversation WithSystem(Conversation conversation, string system) =>
        conversation with { Messages = [new ChatMessage("system", system), .. conversation.Messages.Where(message => !message.IsInstruction)] };

    static ChatMessage[] User(string prompt) => prompt.Length == 0 ? [] : [new ChatMessage("user", prompt)];

    static ChatLine Chat(PreferenceLine line) => new(line.Example, line.Line, line.Prompt with { Messages = [.. line.Prompt.Messages, line.Preferred] });

    static CompletionLine Completion(ChatLine line)
    {
        IReadOnlyList<ChatMessage> messages = line.Conversation.Messages;
        bool isPlain = messages is [.., { IsAssistant: true, ToolCalls.Count: 0 }] and ([_] or [{ Role: "user" }, _] or [{ IsInstruction: true }, { Role: "user" }, _]);
        if (!isPlain)
            throw new HoneException(Text.Of(
                $"Row {line.Example} (line {line.Line}) is a conversation of {Text.Counted(messages.Count, "message")}; a prompt and a completion cannot say the same. Use --to chat.",
                $"第 {line.Example} 条（第 {line.Line} 行）是 {messages.Count} 条消息的对话，无法改写为提示与补全。请用 --to chat。"));
        return new CompletionLine(line.Example, line.Line, string.Join("\n\n", messages.SkipLast(1).Select(message => message.Content)), messages[^1].Content);
    }

    static void Write(Utf8JsonWriter json, DatasetLine line)
    {
        switch (line)
        {
            case ChatLine chat:
                Write(json, chat.Conversation);
                break;
            case CompletionLine completion:
                json.WriteString("prompt", completion.Prompt);
                json.WriteString("completion", completion.Completion);
                break;
            case PreferenceLine preference:
                json.WriteStartObject("input");
                Write(json, preference.Prompt);
                json.WriteEndObject();
                WriteList(json, "preferred_output", [preference.Preferred]);
                WriteList(json, "non_preferred_output", [preference.NonPreferred]);
                break;
        }
    }

    static void Write(Utf8JsonWriter json, Conversation conversation)
    {
        WriteList(json, "messages", conversation.Messages);
        if (conversation.Tools is not { } tools)
            return;
        json.WritePropertyName("tools");
        tools.WriteTo(json);
    }

    static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (ChatMessage message in messages)
            Write(json, message);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role", message.Role);
        if (message.Content.Length > 0 || message.ToolCalls.Count == 0)
            json.WriteString("content", message.Content);
        if (message.Name is not null)
            json.WriteString("name", message.Name);
        if (message.Reasoning is not null)
            json.WriteString("reasoning_content", message.Reasoning);
        if (message.ToolCallId is not null)
            json.WriteString("tool_call_id", message.ToolCallId);
        if (message.Weight != 1)
            json.WriteNumber("weight", message.Weight);
        if (message.ToolCalls.Count > 0)
            WriteCalls(json, message.ToolCalls);
        json.WriteEndObject();
    }

    static void WriteCalls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls)
    {
        json.WriteStartArray("tool_calls");
        for (int i = 0; i < calls.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", calls[i].Id.Length > 0 ? calls[i].Id : string.Create(CultureInfo.InvariantCulture, $"call_{i + 1}"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", calls[i].Name);
            json.WriteString("arguments", calls[i].Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
