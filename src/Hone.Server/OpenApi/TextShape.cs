using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>A text.</summary>
/// <param name="MaxLength">In characters (UTF-16).</param>
/// <param name="Choices">The only texts that are possible; empty for any.</param>
sealed record TextShape(int MinLength, int MaxLength, IReadOnlyList<string> Choices) : Shape
{
    public override JsonObject ToSchema(Components components)
    {
        JsonObject schema = new() { ["type"] = "string" };
        if (Choices.Count > 0)
            schema["enum"] = new JsonArray([.. Choices.Select(choice => JsonValue.Create(choice))]);
        if (MinLength > 0)
            schema["minLength"] = MinLength;
        if (MaxLength < int.MaxValue)
            schema["maxLength"] = MaxLength;
        return schema;
    }
}
