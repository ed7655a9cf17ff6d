using System.Text.Json.Serialization;

namespace Hone.Server.Http;

/// <summary>The answer to the deletion of something that has an id: it is gone.</summary>
/// <param name="Object">What it was, in the words of the API.</param>
sealed record Deleted(string Id, string Object)
{
    [JsonPropertyName("deleted")]
    public bool IsDeleted { get; } = true;
}
