using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Data.Augmentation;

/// <summary>The text of a training line that asks for its answer: the prompt, or the last user message before the answer. Nothing else of the line is changed.</summary>
static class PromptText
{
    /// <summary>Null where there is none, or it is not plain text.</summary>
    public static string? Find(JsonElement line) => Holder(JsonObject.Create(line)!) is { } place && place.Holder[place.Member] is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The line with another prompt.</summary>
    public static JsonElement With(JsonElement line, string prompt)
    {
        JsonObject copy = JsonObject.Create(line)!;
        (JsonObject holder, string member) = Holder(copy)!.Value;
        holder[member] = prompt;
        return JsonSerializer.SerializeToElement(copy);
    }

    static (JsonObject Holder, string Member)? Holder(JsonObject line)
    {
        if (line.ContainsKey("prompt"))
            return (line, "prompt");
        JsonArray? messages = line["messages"] as JsonArray ?? (line["input"] as JsonObject)?["messages"] as JsonArray;
        if (messages is null)
            return null;
        JsonObject[] objects = [.. messages.OfType<JsonObject>()];
        int answer = Array.FindLastIndex(objects, message => RoleOf(message) == "assistant");
        int end = answer < 0 || line["input"] is not null ? objects.Length : answer;
        int last = Array.FindLastIndex(objects[..end], message => RoleOf(message) == "user");
        return last < 0 ? null : (objects[last], "content");
    }

    static string? RoleOf(JsonObject message) => message["role"] is JsonValue value && value.TryGetValue(out string? role) ? role : null;
}
