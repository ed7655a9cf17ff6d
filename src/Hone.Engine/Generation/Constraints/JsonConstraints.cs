using System.Text.Json;

namespace Hone.Engine.Generation.Constraints;

/// <summary>Makes constraints: any JSON object, or JSON that fits a schema.</summary>
public static class JsonConstraints
{
    /// <summary>Any JSON object.</summary>
    public static TextConstraint AnyObject(ConstraintVocabulary vocabulary) => new(Whole(JsonTerms.AnyObject(JsonTerms.MaxDepth)), vocabulary);

    /// <summary>The values that a JSON Schema describes.</summary>
    /// <param name="isStrict">Whether the schema must also keep the rules of structured outputs: every object closed, every property required.</param>
    /// <exception cref="SchemaException">The schema has a keyword that cannot be honoured, or is none.</exception>
    public static TextConstraint Schema(JsonElement schema, bool isStrict, ConstraintVocabulary vocabulary) =>
        new(Whole(SchemaReader.Read(schema, isStrict).ToTerm(JsonTerms.MaxDepth)), vocabulary);

    /// <summary>Refuses a schema that cannot be honoured. A strict one must describe objects.</summary>
    /// <exception cref="SchemaException">The message says where and why.</exception>
    public static void Check(JsonElement schema, bool isStrict) => SchemaReader.Read(schema, isStrict, mustBeObject: isStrict);

    /// <summary>A text may begin with a space, as the tokens of many vocabularies do.</summary>
    static Term Whole(Term value) => JsonTerms.Sequence(JsonTerms.White, value);
}

/// <summary>A schema that cannot be honoured: where, and why.</summary>
public sealed class SchemaException(string message) : Exception(message)
{
    public SchemaException()
        : this("") { }
}
