using System.Text.Json;

namespace Hone.Data.Sources;

/// <summary>A member of the object that a JSON file is: how its value begins, and what it holds if it is a list or an object.</summary>
/// <param name="Item">How the first item or member begins; <see cref="JsonTokenType.None"/> where there is none.</param>
/// <param name="FirstName">The first member's name of an object, or of the object that is a list's first item.</param>
sealed record JsonMember(string Name, JsonTokenType Value, JsonTokenType Item, string? FirstName, int Count);

/// <summary>The structure of a JSON file, found in one pass that keeps nothing.</summary>
sealed record JsonOutline(JsonTokenType First, int Values, IReadOnlyList<JsonMember> Members)
{
    public static JsonOutline Of(Stream stream)
    {
        using JsonStream json = new(stream);
        if (!json.Read(out JsonTokenType first, out _))
            return new JsonOutline(JsonTokenType.None, 0, []);

        List<JsonMember> members = [];
        if (first == JsonTokenType.StartArray)
            while (json.SkipValue(out _)) { }
        else if (first == JsonTokenType.StartObject)
            while (json.Read(out JsonTokenType token, out string? name) && token == JsonTokenType.PropertyName)
                members.Add(Member(json, name!));

        int values = 1;
        while (json.SkipValue(out _))
            values++;
        return new JsonOutline(first, values, members);
    }

    static JsonMember Member(JsonStream json, string name)
    {
        json.Read(out JsonTokenType value, out _);
        (JsonTokenType item, string? firstName, int count) = (JsonTokenType.None, null, 0);
        if (value == JsonTokenType.StartArray)
        {
            while (NextItem(json, count == 0, ref item, ref firstName))
                count++;
        }
        else if (value == JsonTokenType.StartObject)
        {
            while (json.Read(out JsonTokenType token, out string? inner) && token == JsonTokenType.PropertyName)
            {
                json.SkipValue(out JsonTokenType first);
                (item, firstName) = count++ == 0 ? (first, inner) : (item, firstName);
            }
        }
        return new JsonMember(name, value, item, firstName, count);
    }

    static bool NextItem(JsonStream json, bool isFirst, ref JsonTokenType item, ref string? firstName)
    {
        if (!isFirst)
            return json.SkipValue(out _);
        if (json.ReadValue() is not { } value)
            return false;
        item = value.ValueKind switch
        {
            JsonValueKind.Object => JsonTokenType.StartObject,
            JsonValueKind.Array => JsonTokenType.StartArray,
            JsonValueKind.Number => JsonTokenType.Number,
            _ => JsonTokenType.String,
        };
        firstName = value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(member => member.Name).FirstOrDefault() : null;
        return true;
    }
}
