using System.Text.Json;
using Hone.Engine.ChatTemplates.Jinja;

namespace Hone.Engine.ChatTemplates;

/// <summary>Messages and tools as the values that templates of Hugging Face expect.</summary>
static class ChatValues
{
    /// <summary>The names of roles are the template's own words; any other word could spell a special token.</summary>
    static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>Templates know no developer unless they name one; an OpenAI function message is a tool message to them.</summary>
    public static JinjaList Messages(IReadOnlyList<ChatMessage> messages, bool knowsDeveloper)
    {
        object?[] values = new object?[messages.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Message(messages[i], i, knowsDeveloper);
        return new JinjaList(values);
    }

    public static object? Tools(JsonElement? tools) =>
        tools is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            ? JsonValues.Read(list, Origin.Of(Origin.ToolDefinitions))
            : null;

    static JinjaMap Message(ChatMessage message, int index, bool knowsDeveloper)
    {
        var origin = Origin.Of(index);
        string role = message.Role switch
        {
            "developer" when !knowsDeveloper => "system",
            "function" => "tool",
            _ => message.Role,
        };

        JinjaMap map = new() { Origin = origin, Message = index };
        map.Set("role", TracedText.Of(role, Roles.Contains(role) ? Origin.Template : origin));
        map.Set("content", TracedText.Of(message.Content, origin));
        if (message.Reasoning is { } reasoning)
            map.Set("reasoning_content", TracedText.Of(reasoning, origin));
        if (message.ToolCalls.Count > 0)
            map.Set("tool_calls", new JinjaList([.. message.ToolCalls.Select(call => Call(call, origin))]) { Origin = origin });
        if (message.ToolCallId is { } id)
            map.Set("tool_call_id", TracedText.Of(id, origin));
        if (message.Name is { } name)
            map.Set("name", TracedText.Of(name, origin));
        return map;
    }

    static JinjaMap Call(ToolCall call, Origin origin)
    {
        JinjaMap function = new() { Origin = origin };
        function.Set("name", TracedText.Of(call.Name, origin));
        function.Set("arguments", Arguments(call.Arguments, origin));

        JinjaMap map = new() { Origin = origin };
        map.Set("id", TracedText.Of(call.Id, origin));
        map.Set("type", TracedText.Of("function"));
        map.Set("function", function);
        return map;
    }

    // OpenAI sends the arguments as a string of JSON; templates expect the object. What is no JSON stays a string.
    static object? Arguments(string arguments, Origin origin)
    {
        try
        {
            using var json = JsonDocument.Parse(arguments);
            return JsonValues.Read(json.RootElement, origin);
        }
        catch (JsonException)
        {
            return TracedText.Of(arguments, origin);
        }
    }
}
