using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Contract;

public sealed class SchemaCheckTests
{
    const string Schema = """
        {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
          "name": {"type": "string"},
          "rate": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 2},
          "word": {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^[a-z]*$"},
          "size": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 10}]},
          "toys": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": ["string", "null"]}}}}
        """;

    [Theory]
    [InlineData("""{"name": "a"}""")]
    [InlineData("""{"name": "a", "rate": null, "toys": null}""")]
    [InlineData("""{"name": "a", "rate": 2, "toys": ["b", null]}""")]
    [InlineData("""{"name": null}""", "$.name is null, not string")]
    [InlineData("""{"name": "a", "colour": 1}""", "$.colour is not a member of the schema")]
    [InlineData("""{"name": "a", "rate": 0}""", "$.rate is 0, outside the limit of 0")]
    [InlineData("""{"name": "a", "rate": 2.5}""", "$.rate is 2.5, outside the limit of 2")]
    [InlineData("""{"name": "a", "word": "ab", "size": 5}""")]
    [InlineData("""{"name": "a", "size": 10.5}""")]
    [InlineData("""{"name": "a", "size": 10}""", "$.size fits 2 choices, not one")]
    [InlineData("""{"name": "a", "word": "a"}""", "$.word has 1 characters, too few or too many")]
    [InlineData("""{"name": "a", "word": "abcd"}""", "$.word has 4 characters, too few or too many")]
    [InlineData("""{"name": "a", "word": "AB"}""", "$.word is \"AB\", which does not match ^[a-z]*$")]
    [InlineData("""{"name": "a", "toys": []}""", "$.toys has 0 items, too few or too many")]
    [InlineData("""{"name": "a", "toys": ["b", "c", 3]}""", "$.toys has 3 items, too few or too many", "$.toys[2] is 3, not string or null")]
    public void Every_rule_is_kept(string value, params string[] problems) =>
        new SchemaCheck(new JsonObject(), static _ => false).Problems(JsonNode.Parse(value), JsonNode.Parse(Schema)!).ShouldBe(problems);
}
