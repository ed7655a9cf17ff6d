using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine.Generation.Constraints;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Chat;

/// <summary>What form the answer must have: text, a JSON object, or JSON that fits a schema.</summary>
sealed partial class ResponseFormat
{
    const int MaxNameLength = 64;

    public static readonly ObjectShape Object = Shape.Open(
        Field.Required("type", Shape.OneOf("text", "json_object", "json_schema")),
        Field.Optional("json_schema", Shape.Open(
            Field.Required("name", Shape.Text(1, MaxNameLength)),
            Field.Optional("description", Shape.AnyText),
            Field.Optional("schema", Shape.Open(), "A JSON Schema; a keyword that cannot be honoured is refused by name."),
            Field.Optional("strict", Shape.Boolean))));

    readonly JsonElement? _schema;
    readonly bool _isStrict;

    ResponseFormat(JsonElement? schema, bool isStrict) => (_schema, _isStrict) = (schema, isStrict);

    /// <summary>What tells its constraint from others.</summary>
    public string Key => _schema is { } schema ? $"schema {_isStrict} {schema.GetRawText()}" : "object";

    /// <summary>Null for any text.</summary>
    public static ResponseFormat? Read(JsonFields body)
    {
        if (body.Object("response_format") is not { } format)
            return null;
        string type = format.RequiredString("type");
        return type switch
        {
            "text" => null,
            "json_object" => new ResponseFormat(null, false),
            _ => Schema(format),
        };
    }

    public TextConstraint Create(ConstraintVocabulary vocabulary) =>
        _schema is { } schema ? JsonConstraints.Schema(schema, _isStrict, vocabulary) : JsonConstraints.AnyObject(vocabulary);

    static ResponseFormat Schema(JsonFields format)
    {
        JsonFields described = format.RequiredObject("json_schema");
        string name = described.RequiredString("name");
        if (!Name().IsMatch(name))
            throw ApiError.Invalid($"'{name}' does not match '^[a-zA-Z0-9_-]+$' - 'response_format.json_schema.name'", "response_format.json_schema.name");
        bool isStrict = described.Boolean("strict") ?? false;
        if (described.Object("schema")?.Element is not { } schema)
            return new ResponseFormat(null, false);
        try
        {
            JsonConstraints.Check(schema, isStrict);
            return new ResponseFormat(schema, isStrict);
        }
        catch (SchemaException problem)
        {
            throw ApiError.Invalid($"Invalid schema for response_format '{name}': {problem.Message}", "response_format");
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]+\z")]
    private static partial Regex Name();
}
