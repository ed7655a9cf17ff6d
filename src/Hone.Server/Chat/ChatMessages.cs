using System.Text;
using System.Text.Json;
using Hone.Engine.ChatTemplates;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Chat;

/// <summary>The messages of a request.</summary>
static class ChatMessages
{
    static readonly ObjectShape Function = Shape.Open(Field.Required("name", Shape.AnyText), Field.Required("arguments", Shape.AnyText, "JSON as a text."));

    static readonly ObjectShape Part = Shape.Open(
        Field.Required("type", Shape.AnyText, "text or refusal: models here read text only."), Field.Optional("text", Shape.AnyText), Field.Optional("refusal", Shape.AnyText));

    static readonly ObjectShape Call = Shape.Open(Field.Required("id", Shape.AnyText), Field.Optional("type", Shape.OneOf("function")), Field.Required("function", Function));

    public static readonly ObjectShape Message = Shape.Open(
        Field.Required("role", Shape.OneOf("system", "assistant", "user", "function", "tool", "developer")),
        Field.Optional("content", Shape.Either(Shape.AnyText, Shape.Some(Part)), "Only the assistant's may be absent, where it called tools."),
        Field.Optional("name", Shape.AnyText),
        Field.Optional("refusal", Shape.AnyText, "Of the assistant."),
        Field.Optional("tool_calls", Shape.List(Call), "Of the assistant."),
        Field.Optional("function_call", Function, "Of the assistant; the older form of tool_calls."),
        Field.Optional("tool_call_id", Shape.AnyText, "With the role tool: the call that this answers.")).Named("ChatMessage");

    public static List<ChatMessage> Read(JsonFields body)
    {
        body.Required("messages");
        JsonFields[] items = body.Objects("messages")!;
        var messages = new List<ChatMessage>(items.Length);
        bool hasCalls = false; // of the last message that answers none
        for (int i = 0; i < items.Length; i++)
        {
            ChatMessage message = Read(items[i], FormattableString.Invariant($"messages[{i}]"));
            if (message.Role != "tool")
                hasCalls = message.ToolCalls.Count > 0;
            else if (!hasCalls)
                throw ApiError.Invalid("Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", FormattableString.Invariant($"messages.[{i}].role"));
            messages.Add(message);
        }

        return messages;
    }

    static ChatMessage Read(JsonFields item, string path)
    {
        string role = item.RequiredString("role");
        string? content = Content(item, path);
        if (role == "assistant")
            return Assistant(item, content ?? item.String("refusal"), path);
        if (content is null && role != "function")
            throw ApiError.Invalid($"Invalid value for 'content': expected a string, got null.", $"{path}.content");
        return new ChatMessage(role, content ?? "")
        {
            Name = role == "function" ? item.RequiredString("name") : item.String("name"),
            ToolCallId = role == "tool" ? item.RequiredString("tool_call_id") : null,
        };
    }

    static ChatMessage Assistant(JsonFields item, string? content, string path)
    {
        if (item.Has("audio"))
            throw ApiError.Invalid("Audio is not supported by this model.", $"{path}.audio");
        var calls = new List<ToolCall>();
        foreach (JsonFields call in item.Objects("tool_calls") ?? [])
        {
            call.String("type");
            JsonFields function = call.RequiredObject("function");
            calls.Add(new ToolCall(call.RequiredString("id"), function.RequiredString("name"), function.RequiredString("arguments")));
        }

        if (item.Object("function_call") is { } legacy)
            calls.Add(new ToolCall("", legacy.RequiredString("name"), legacy.RequiredString("arguments")));
        if (content is null && calls.Count == 0)
            throw ApiError.Invalid("Invalid value for 'content': expected a string, got null.", $"{path}.content");
        return new ChatMessage("assistant", content ?? "") { Name = item.String("name"), ToolCalls = calls };
    }

    /// <summary>A text, or the text of its parts joined; null when there is none.</summary>
    static string? Content(JsonFields item, string path)
    {
        if (item.Find("content") is not { } content)
            return null;
        if (content.ValueKind == JsonValueKind.String)
            return content.GetString();
        JsonFields[] parts = item.Objects("content")!;
        var text = new StringBuilder();
        for (int i = 0; i < parts.Length; i++)
        {
            string type = parts[i].RequiredString("type");
            text.Append(type switch
            {
                "text" => parts[i].RequiredString("text"),
                "refusal" => parts[i].RequiredString("refusal"),
                _ => throw ApiError.Invalid(
                    $"Invalid content type. {JsonFields.Shown(type)} is not supported by this model: it reads text only.", FormattableString.Invariant($"{path}.content[{i}].type")),
            });
        }

        return text.ToString();
    }
}
