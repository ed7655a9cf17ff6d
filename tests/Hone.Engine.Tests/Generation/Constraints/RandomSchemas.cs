using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Engine.Tests.Generation.Constraints;

/// <summary>Schemas of all that is supported, with names and values that are hard to write.</summary>
static class RandomSchemas
{
    static readonly string[] Names = ["a", "ab", "abc", "名字", "with \"quotes\"", "back\\slash", "", "naïve", "line\nend", "😀", "b c", "$x"];

    static readonly string[] Patterns =
    [
        "^[a-z]{2,5}$", "^(foo|bar)+$", "\\d{3}", "^[^\"x]+$", "^\\w+@\\w+\\.(com|org)$", "^.{3}$", "a|^b$", "^[\\s\\S]?$", "^(?:[A-Z]\\d)*$", "^\\\\\"/$", "^[一-鿿]{1,3}$",
    ];

    static readonly (string Pattern, int Least, int Most)[] Bounded =
    [
        ("^[a-z]+$", 3, 5), ("x", 2, 4), ("^(ab|cde)*$", 4, 9), ("^\\w+@\\w+$", 5, 20), ("^[一-鿿\"]*$", 2, 3), ("^(?!ab)[a-c]+$", 2, 4), ("^(?=.*\\d)(?!.*\\s)[^x]{4,8}$", 0, 6), ("^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$", 1, 12),
    ];

    static readonly string[] Formats = ["date", "date-time", "time", "uuid", "ipv4", "ipv6", "email", "uri", "hostname", "duration"];

    public static JsonElement Create(int seed)
    {
        var random = new Random(seed);
        JsonObject root = random.Next(4) == 0 ? Recursive(random) : Any(random, 3);
        return JsonSerializer.SerializeToElement(root);
    }

    static JsonObject Recursive(Random random) =>
        new()
        {
            ["$defs"] = new JsonObject
            {
                ["node"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["value"] = Any(random, 1),
                        ["next"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/$defs/node" }, new JsonObject { ["type"] = "null" }) },
                        ["all"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/$defs/node" } },
                    },
                    ["required"] = new JsonArray("value", "next", "all"),
                    ["additionalProperties"] = false,
                },
            },
            ["type"] = "object",
            ["properties"] = new JsonObject { ["head"] = new JsonObject { ["$ref"] = "#/$defs/node" } },
            ["required"] = new JsonArray("head"),
            ["additionalProperties"] = false,
        };

    static JsonObject Any(Random random, int depth) =>
        random.Next(depth > 0 ? 16 : 8) switch
        {
            0 => new JsonObject { ["type"] = random.Next(2) == 0 ? "boolean" : "null", ["description"] = "ignored" },
            1 => new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(0, 3).Select(_ => Value(random))]) },
            2 => new JsonObject { ["const"] = Value(random) },
            3 => Text(random),
            4 => Number(random),
            5 => Text(random),
            6 => new JsonObject { ["type"] = new JsonArray("integer", "null", "string"), ["minimum"] = -3, ["maxLength"] = 2 },
            7 => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["enum"] = new JsonArray("a", "b", 3, null) }, ["uniqueItems"] = true, ["minItems"] = random.Next(3), ["maxItems"] = 4 },
            8 => new JsonObject { ["anyOf"] = new JsonArray(Any(random, depth - 1), Any(random, depth - 1)) },
            9 => Array(random, depth),
            10 => Tuple(random, depth),
            11 => OneOf(random, depth),
            12 => AllOf(random, depth),
            13 => Beside(random, depth),
            _ => Object(random, depth),
        };

    static JsonObject Object(Random random, int depth)
    {
        string[] names = [.. Names.OrderBy(_ => random.Next()).Take(random.Next(4))];
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Any(random, depth - 1)))) };
        schema["required"] = new JsonArray([.. names.Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)]);
        switch (random.Next(4))
        {
            case 0:
                schema["additionalProperties"] = true;
                break;
            case 1:
                schema["additionalProperties"] = Any(random, depth - 1);
                break;
            case 2:
                schema["additionalProperties"] = false;
                break;
        }

        return schema;
    }

    static JsonObject Array(Random random, int depth)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Any(random, depth - 1) };
        int min = random.Next(3);
        if (random.Next(2) == 0)
            schema["minItems"] = min;
        if (random.Next(2) == 0)
            schema["maxItems"] = min + random.Next(3);
        return schema;
    }

    static JsonObject Tuple(Random random, int depth)
    {
        int first = random.Next(1, 4);
        var schema = new JsonObject { ["type"] = "array", ["prefixItems"] = new JsonArray([.. Enumerable.Range(0, first).Select(_ => (JsonNode)Any(random, depth - 1))]) };
        if (random.Next(2) == 0)
            schema["items"] = random.Next(2) == 0 ? false : Any(random, depth - 1);
        bool isClosed = schema["items"]?.GetValueKind() == JsonValueKind.False;
        if (random.Next(2) == 0)
            schema["minItems"] = random.Next(isClosed ? first + 1 : first + 3);
        if (random.Next(2) == 0)
            schema["maxItems"] = first + 2;
        return schema;
    }

    /// <summary>Told apart by type, by a fixed value, or by a property that the others do not have.</summary>
    static JsonObject OneOf(Random random, int depth)
    {
        JsonObject Tagged(JsonNode tag)
        {
            JsonObject schema = Object(random, depth);
            schema["properties"]!["kind"] = tag;
            schema["required"]!.AsArray().Add("kind");
            return schema;
        }

        return new JsonObject
        {
            ["oneOf"] = random.Next(3) switch
            {
                0 => new JsonArray(Number(random), Text(random), new JsonObject { ["type"] = "null" }, Array(random, depth)),
                1 => new JsonArray(Tagged(new JsonObject { ["const"] = "a" }), Tagged(new JsonObject { ["enum"] = new JsonArray("b", "c") }), Tagged(new JsonObject { ["type"] = "integer" })),
                _ => new JsonArray(
                    Tagged(new JsonObject { ["type"] = "boolean" }),
                    new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["other"] = Any(random, depth - 1) }, ["additionalProperties"] = false }),
            },
        };
    }

    /// <summary>Objects that a value must all be, some properties in several of them.</summary>
    static JsonObject AllOf(Random random, int depth) =>
        new()
        {
            ["type"] = "object",
            ["description"] = "ignored",
            ["allOf"] = new JsonArray(
                new JsonObject { ["properties"] = new JsonObject { ["a"] = new JsonObject { ["type"] = "integer", ["minimum"] = 2 }, ["b"] = Any(random, depth - 1) }, ["required"] = new JsonArray("a") },
                new JsonObject { ["properties"] = new JsonObject { ["a"] = new JsonObject { ["type"] = "number", ["maximum"] = 20, ["multipleOf"] = 3 }, ["c"] = Any(random, depth - 1) } },
                new JsonObject { ["additionalProperties"] = random.Next(2) == 0 ? true : new JsonObject { ["type"] = new JsonArray("integer", "string", "array", "object", "null", "boolean") } }),
        };

    /// <summary>A choice with something beside it, as generators write types that derive from one.</summary>
    static JsonObject Beside(Random random, int depth) =>
        new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("$type"),
            ["properties"] = new JsonObject { ["shared"] = Any(random, depth - 1) },
            ["anyOf"] = new JsonArray(
                new JsonObject { ["properties"] = new JsonObject { ["$type"] = new JsonObject { ["const"] = "cat" }, ["lives"] = new JsonObject { ["type"] = "integer" } } },
                new JsonObject { ["properties"] = new JsonObject { ["$type"] = new JsonObject { ["const"] = "dog" }, ["shared"] = true }, ["required"] = new JsonArray("shared") }),
        };

    static JsonObject Text(Random random)
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(6))
        {
            case 0:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                break;
            case 4:
                (string pattern, int least, int most) = Bounded[random.Next(Bounded.Length)];
                (schema["pattern"], schema["minLength"], schema["maxLength"]) = (pattern, least, most);
                break;
            case 5:
                schema["format"] = "uri";
                (schema["minLength"], schema["maxLength"]) = (random.Next(1, 20), random.Next(30, 2083));
                break;
            case 1:
                schema["format"] = Formats[random.Next(Formats.Length)];
                break;
            case 2:
                int min = random.Next(5);
                schema["minLength"] = min;
                schema["maxLength"] = min + random.Next(5);
                break;
        }

        return schema;
    }

    static JsonObject Number(Random random)
    {
        var schema = new JsonObject { ["type"] = random.Next(2) == 0 ? "integer" : "number" };
        decimal low = Bound(), high = low + random.Next(1, 3000);
        if (random.Next(4) == 0)
        {
            schema["multipleOf"] = schema["type"]!.GetValue<string>() == "integer" ? random.Next(1, 40) : new decimal(random.Next(1, 300), 0, 0, false, (byte)random.Next(3));
            high = low + 1000;
        }

        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = low;
        if (random.Next(3) > 0)
            schema[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = high + (schema["type"]!.GetValue<string>() == "integer" ? 2 : 0);
        return schema;

        decimal Bound() => decimal.Round((decimal)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(5))), random.Next(4));
    }

    static JsonNode? Value(Random random) =>
        random.Next(7) switch
        {
            0 => null,
            1 => JsonValue.Create(random.Next(-50, 50)),
            2 => JsonValue.Create(Names[random.Next(Names.Length)]),
            3 => JsonValue.Create(random.Next(2) == 0),
            4 => new JsonArray(1, "zwei", null),
            5 => new JsonObject { [Names[random.Next(Names.Length)]] = new JsonArray(1.5) },
            _ => JsonValue.Create(decimal.Parse("1.25", CultureInfo.InvariantCulture)),
        };
}
