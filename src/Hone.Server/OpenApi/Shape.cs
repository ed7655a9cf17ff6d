using System.Text.Json.Nodes;

namespace Hone.Server.OpenApi;

/// <summary>What a JSON value may be. Requests are read by it, and the OpenAPI document shows it: what is read and what is promised are one thing.</summary>
abstract record Shape
{
    /// <summary>The word for "the server decides".</summary>
    const string AutoWord = "auto";

    /// <summary>Any JSON value.</summary>
    public static Shape Any { get; } = new AnyShape();

    public static Shape Null { get; } = new NullShape();

    public static BooleanShape Boolean { get; } = new();

    /// <summary>Any text.</summary>
    public static TextShape AnyText { get; } = new(0, int.MaxValue, []);

    /// <summary>Any whole number.</summary>
    public static WholeShape AnyWhole { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Any number.</summary>
    public static NumberShape AnyNumber { get; } = new(double.MinValue, double.MaxValue);

    /// <summary>A moment in whole seconds since 1970.</summary>
    public static MomentShape Moment { get; } = new();

    /// <param name="maxLength">In characters (UTF-16).</param>
    public static TextShape Text(int minLength, int maxLength = int.MaxValue) => new(minLength, maxLength, []);

    public static TextShape OneOf(params IReadOnlyList<string> choices) => new(0, int.MaxValue, choices);

    public static WholeShape Whole(long minimum, long maximum = long.MaxValue) => new(minimum, maximum);

    public static NumberShape Number(double minimum, double maximum = double.MaxValue) => new(minimum, maximum);

    /// <summary>A number above a limit.</summary>
    public static NumberShape Above(double minimum, double maximum = double.MaxValue) => new(minimum, maximum) { IsAbove = true };

    public static ListShape List(Shape item, int maxItems = int.MaxValue) => new(item, 0, maxItems);

    /// <summary>With one item or more.</summary>
    public static ListShape Some(Shape item, int maxItems = int.MaxValue) => new(item, 1, maxItems);

    /// <summary>An object with these members and no others.</summary>
    public static ObjectShape Closed(params IReadOnlyList<Field> fields) => new(fields) { IsClosed = true };

    /// <summary>An object with these members; others mean nothing here.</summary>
    public static ObjectShape Open(params IReadOnlyList<Field> fields) => new(fields);

    /// <summary>An object of any names.</summary>
    public static ObjectShape Map(Shape values) => new([]) { Others = values };

    public static ChoiceShape Either(params IReadOnlyList<Shape> shapes) => new(shapes);

    /// <summary>A value, or "auto".</summary>
    public static ChoiceShape Auto(Shape shape) => new([OneOf(AutoWord), shape]);

    /// <summary>A value of a type, as the server writes it.</summary>
    public static Shape Of<T>() => new TypeShape(typeof(T));

    /// <summary>This shape as a JSON Schema.</summary>
    public abstract JsonObject ToSchema(Components components);

    sealed record AnyShape : Shape
    {
        public override JsonObject ToSchema(Components components) => [];
    }

    sealed record TypeShape(Type Type) : Shape
    {
        public override JsonObject ToSchema(Components components) => components.Refer(Type);
    }

    sealed record NullShape : Shape
    {
        public override JsonObject ToSchema(Components components) => new() { ["type"] = "null" };
    }
}

/// <summary>True or false.</summary>
sealed record BooleanShape : Shape
{
    public override JsonObject ToSchema(Components components) => new() { ["type"] = "boolean" };
}

/// <summary>A moment in whole seconds since 1970.</summary>
sealed record MomentShape : Shape
{
    public override JsonObject ToSchema(Components components) => new() { ["type"] = "integer", ["format"] = "unixtime" };
}

/// <summary>A value of one of several shapes.</summary>
sealed record ChoiceShape(IReadOnlyList<Shape> Shapes) : Shape
{
    public override JsonObject ToSchema(Components components) => new() { ["anyOf"] = new JsonArray([.. Shapes.Select(shape => shape.ToSchema(components))]) };
}
