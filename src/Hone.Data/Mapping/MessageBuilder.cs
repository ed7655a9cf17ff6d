using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Mapping;

/// <summary>Collects the messages of one row, whichever words its format has for who speaks.</summary>
sealed class MessageBuilder(JsonLine row)
{
    readonly List<ChatMessage> _messages = [];
    int _calls;
    int _told; // Messages that are no instructions.

    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Adds a message by its role in any of the known words.</summary>
    public void Add(string speaker, string text)
    {
        switch (speaker.ToLowerInvariant())
        {
            case "system" or "developer" or "user" or "assistant":
                Keep(new ChatMessage(speaker.ToLowerInvariant(), text));
                break;
            case "human" or "prompter" or "用户":
                Keep(new ChatMessage("user", text));
                break;
            case "gpt" or "bot" or "model" or "chatgpt" or "ai" or "助手":
                Keep(new ChatMessage("assistant", text));
                break;
            case "function_call" or "tool_call":
                Keep(new ChatMessage("assistant", "") { ToolCalls = Calls(text) });
                break;
            case "observation" or "tool" or "tool_response" or "function_response" or "function":
                Keep(new ChatMessage("tool", text) { ToolCallId = $"call_{Math.Max(_calls, 1)}" });
                break;
            default:
                throw Problem(Text.Of($"a message is from \"{Excerpt.Of(speaker)}\"; known are system, human, gpt, function_call and observation, or OpenAI's roles", $"消息来自“{Excerpt.Of(speaker)}”；可用的有 system、human、gpt、function_call、observation 或 OpenAI 的角色"));
        }
    }

    /// <summary>Adds an object of ShareGPT or OpenAI, or a text, which is the user's and the assistant's in turn.</summary>
    public void Add(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.String)
        {
            Add(_told % 2 == 0 ? "user" : "assistant", message.GetString()!);
            return;
        }
        if (message.ValueKind != JsonValueKind.Object)
            throw Problem(Text.Of($"message {_messages.Count + 1} is {LineFields.Kind(message)}, not an object", $"第 {_messages.Count + 1} 条消息是{LineFields.Kind(message)}，而非对象"));

        if (message.TryGetProperty("role", out _) && !message.TryGetProperty("from", out _))
            Keep(MessageReader.Read(LineFields.Of(new LineReport(row.Example, row.Line, take: null), message)));
        else if (Cells.Find(message, "from") is { ValueKind: JsonValueKind.String } from && Cells.Find(message, "value") is { } value)
            Add(from.GetString()!, Cells.Text(value));
        else
            throw Problem(Text.Of($"message {_messages.Count + 1} has neither 'from' and 'value' nor 'role' and 'content'", $"第 {_messages.Count + 1} 条消息没有 'from' 和 'value'，也没有 'role' 和 'content'"));
    }

    void Keep(ChatMessage message)
    {
        _messages.Add(message);
        _told += message.IsInstruction ? 0 : 1;
    }

    /// <summary>One assistant message: an object, a list whose last item is one, or a text.</summary>
    public ChatMessage Answer(string column)
    {
        JsonElement value = Cells.Find(row.Value, column) ?? throw Problem(Text.Of($"there is no {column}", $"没有 {column}"));
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            value = value[value.GetArrayLength() - 1];
        if (value.ValueKind == JsonValueKind.String)
            return new ChatMessage("assistant", value.GetString()!);

        MessageBuilder answer = new(row);
        answer.Add(value);
        return answer.Messages[0].IsAssistant ? answer.Messages[0] : throw Problem(Text.Of($"{column} is not the assistant's", $"{column} 不是 assistant 的消息"));
    }

    /// <summary>The items of a list, or of the JSON that a cell holds.</summary>
    public IEnumerable<JsonElement> List(string column)
    {
        JsonElement value = Cells.Find(row.Value, column) ?? throw Problem(Text.Of($"there is no {column}", $"没有 {column}"));
        if (value.ValueKind == JsonValueKind.String)
            value = Parse(value.GetString()!, column);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Problem(Text.Of($"{column} is {LineFields.Kind(value)}, not a list", $"{column} 是{LineFields.Kind(value)}，而非列表"));
    }

    /// <summary>Tools in OpenAI's format, from that, from bare functions, or from the JSON of either; null where there are none.</summary>
    public JsonElement? Tools(string column)
    {
        if (Cells.Find(row.Value, column) is not { } value || value.ValueKind == JsonValueKind.String && value.GetString()!.Trim().Length == 0)
            return null;
        JsonElement[] tools = [.. List(column)];
        if (tools.Length == 0)
            return null;
        return JsonSerializer.SerializeToElement(tools.Select(tool => Cells.Find(tool, "function") is null ? JsonSerializer.SerializeToElement(new { type = "function", function = tool }) : tool));
    }

    List<ToolCall> Calls(string text)
    {
        JsonElement value = Parse(text, "function_call");
        List<ToolCall> calls = [];
        foreach (JsonElement call in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : (JsonElement[])[value])
        {
            if (Cells.Find(call, "name") is not { ValueKind: JsonValueKind.String } name)
                throw Problem(Text.Of("a function_call has no name", "function_call 没有 name"));
            JsonElement? arguments = Cells.Find(call, "arguments") ?? Cells.Find(call, "parameters");
            calls.Add(new ToolCall($"call_{++_calls}", name.GetString()!, arguments is { } given ? Cells.Text(given) : "{}"));
        }
        return calls;
    }

    JsonElement Parse(string text, string column)
    {
        try
        {
            var value = JsonElement.Parse(text, JsonLines.Options);
            return JsonLines.IsText(value) ? value : throw HalfEscape(column);
        }
        catch (JsonException error)
        {
            throw Problem(Text.Of($"{column} is no JSON: {JsonProblem.Of(error)}", $"{column} 不是 JSON：{JsonProblem.Of(error)}"));
        }
        catch (InvalidOperationException)
        {
            // Names are compared, and one has half an escape.
            throw HalfEscape(column);
        }
    }

    HoneException HalfEscape(string column) => Problem(Text.Of($"{column} has an escape \\ud… without its other half", $"{column} 中的转义 \\ud… 缺少另一半"));

    HoneException Problem(string wrong) => new(Text.Of($"Row {row.Example} (line {row.Line}): {wrong}.", $"第 {row.Example} 条（第 {row.Line} 行）：{wrong}。"));
}
