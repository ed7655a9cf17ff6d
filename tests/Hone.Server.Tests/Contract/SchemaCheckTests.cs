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
    [InlineData("""{"name": "a", "toys": []}""", "$.toys has 0 items, too few or too many")]
    [InlineData("""{"name": "a", "toys": ["b", "c", 3]}""", "$.toys has 3 items, too few or too many", "$.toys[2] is 3, not string or null")]
    public void Every_rule_is_kept(string value, params string[] problems) =>
        new SchemaCheck(new JsonObject(), static _ => false).Problems(JsonNode.Parse(value), JsonNode.Parse(Schema)!).ShouldBe(problems);
}
