using System.Text.Json;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>JSON as the values of a template, all of one origin.</summary>
static class JsonValues
{
    public static object? Read(JsonElement json, Origin origin) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => ReadMap(json, origin),
            JsonValueKind.Array => new JinjaList([.. json.EnumerateArray().Select(item => Read(item, origin))]) { Origin = origin },
            JsonValueKind.String => TracedText.Of(json.GetString()!, origin),
            JsonValueKind.Number when json.TryGetInt64(out long whole) => whole,
            JsonValueKind.Number => json.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    static JinjaMap ReadMap(JsonElement json, Origin origin)
    {
        JinjaMap map = new() { Origin = origin };
        foreach (JsonProperty property in json.EnumerateObject())
            map.Set(TracedText.Of(property.Name, origin), Read(property.Value, origin));
        return map;
    }
}
