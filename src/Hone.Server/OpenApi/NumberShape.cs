using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>A number between two limits, which are possible too.</summary>
sealed record NumberShape(double Minimum, double Maximum) : Shape
{
    /// <summary>Whether the lower limit itself is not possible.</summary>
    public bool IsAbove { get; init; }

    public override JsonObject ToSchema(Components components)
    {
        JsonObject schema = new() { ["type"] = "number" };
        if (Minimum > double.MinValue)
            schema[IsAbove ? "exclusiveMinimum" : "minimum"] = Minimum;
        if (Maximum < double.MaxValue)
            schema["maximum"] = Maximum;
        return schema;
    }
}

/// <summary>A whole number between two limits, which are possible too.</summary>
sealed record WholeShape(long Minimum, long Maximum) : Shape
{
    public override JsonObject ToSchema(Components components)
    {
        JsonObject schema = new() { ["type"] = "integer" };
        if (Minimum > long.MinValue)
            schema["minimum"] = Minimum;
        if (Maximum < long.MaxValue)
            schema["maximum"] = Maximum;
        return schema;
    }
}
