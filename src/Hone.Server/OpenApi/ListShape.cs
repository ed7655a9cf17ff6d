using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>Several values of one shape.</summary>
sealed record ListShape(Shape Item, int MinItems, int MaxItems) : Shape
{
    public override JsonObject ToSchema(Components components)
    {
        JsonObject schema = new() { ["type"] = "array", ["items"] = Item.ToSchema(components) };
        if (MinItems > 0)
            schema["minItems"] = MinItems;
        if (MaxItems < int.MaxValue)
            schema["maxItems"] = MaxItems;
        return schema;
    }
}
