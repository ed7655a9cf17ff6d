using System.Text.Json.Nodes;
using Hone.Server.Http;

namespace Hone.Server.StoredCompletions;

/// <summary>A chat completion that was kept because its request asked for it.</summary>
sealed class StoredCompletion
{
    public required string Id { get; init; }

    /// <summary>The object without its metadata, as JSON.</summary>
    public required string Completion { get; init; }

    /// <summary>The messages of the request, as JSON.</summary>
    public required string Messages { get; init; }

    /// <summary>The object as the interface answers it.</summary>
    public JsonObject ToView(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        JsonObject view = JsonNode.Parse(Completion)!.AsObject();
        view["metadata"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return view;
    }

    public static ApiError Unknown(string id) => ApiError.NotFound($"Completion {JsonFields.Shown(id)} not found", "completion_id", "not_found");
}
