using System.Text.Json;
using Hone.Engine.Generation.Constraints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation.Constraints;

public sealed class JsonConstraintTests
{
    [Theory, MemberData(nameof(RandomWriter.Tokenizers), MemberType = typeof(RandomWriter))]
    public void Whatever_is_written_parses_and_fits_the_schema(string tokenizer)
    {
        int ended = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            JsonElement schema = RandomSchemas.Create(seed);
            TextConstraint constraint = Constraint(schema, tokenizer);
            for (int i = 0; i < 3; i++)
            {
                (string text, bool hasEnded) = RandomWriter.Write(constraint, tokenizer, new Random(1000 * seed + i));
                if (!hasEnded)
                    continue;
                ended++;
                using JsonDocument value = Parse(text, schema);
                SlowValidator.Fits(value.RootElement, schema, schema).ShouldBeTrue($"{seed}: {text} does not fit {schema}");
            }
        }

        ended.ShouldBeGreaterThan(440);
    }

    [Theory, MemberData(nameof(RandomWriter.Tokenizers), MemberType = typeof(RandomWriter))]
    public void Any_object_parses(string tokenizer)
    {
        TextConstraint constraint = JsonConstraints.AnyObject(RandomWriter.Vocabulary(tokenizer).Vocabulary);

        for (int seed = 0; seed < 40; seed++)
        {
            (string text, bool hasEnded) = RandomWriter.Write(constraint, tokenizer, new Random(seed));
            hasEnded.ShouldBeTrue(text);
            using var value = JsonDocument.Parse(text);
            value.RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{"a":1}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """ {"a": -12, "b": [true, {"c": null}]}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", "{\n  \"a\": 1\n}", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{"a":1.5}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{"a":01}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}""", """{"aa":"x","b":"y"}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}""", """{"b":"y","a":"x"}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}""", """{"\u0061":"x"}""", false)]
    [InlineData("""{"type":"string"}""", "\"a\\ud83d\\ude00\\n\"", true)]
    [InlineData("""{"type":"string"}""", "\"\\ud83d\"", false)]
    [InlineData("""{"type":"string"}""", "\"a\nb\"", false)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"你好\"", true)]
    [InlineData("""{"type":"string","maxLength":2}""", "\"你好吗\"", false)]
    [InlineData("""{"type":"number"}""", "-0.5e+10", true)]
    [InlineData("""{"type":"number"}""", "1e400", false)]
    [InlineData("""{"type":"number","minimum":0,"maximum":1}""", "0.999", true)]
    [InlineData("""{"type":"number","minimum":0,"maximum":1}""", "1.001", false)]
    [InlineData("""{"type":"number","minimum":0,"exclusiveMaximum":1}""", "1", false)]
    [InlineData("""{"type":"number","exclusiveMinimum":-0.25,"maximum":10}""", "-0.2", true)]
    [InlineData("""{"type":"number","exclusiveMinimum":-0.25,"maximum":10}""", "-0.25", false)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "105", true)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "106", false)]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "-13", false)]
    [InlineData("""{"enum":["a",1,null]}""", "1", true)]
    [InlineData("""{"type":"string","pattern":"b+c"}""", "\"abbcd\"", true)]
    [InlineData("""{"type":"string","pattern":"^b+c$"}""", "\"abbc\"", false)]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-30\"", false)]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-12-31\"", true)]
    [InlineData("""{"oneOf":[{"type":"null"},{"type":"boolean"}]}""", "null", true)]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"k":{"const":1},"x":{"type":"null"}},"required":["k"]},{"type":"object","properties":{"k":{"const":2}},"required":["k"]}],"discriminator":{"propertyName":"k"}}""", "{\"k\":2}", true)]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"k":{"const":1},"x":{"type":"null"}},"required":["k","x"]},{"type":"object","properties":{"k":{"const":2}},"required":["k"]}]}""", "{\"k\":1}", false)]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"type":"object","properties":{"a":{"minimum":5},"b":{"type":"null"}},"required":["b"]}}}""", "{\"a\":5,\"b\":null}", true)]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"type":"object","properties":{"a":{"minimum":5},"b":{"type":"null"}},"required":["b"]}}}""", "{\"a\":4,\"b\":null}", false)]
    [InlineData("""{"allOf":[{"properties":{"a":{"type":"integer"}},"required":["a"]},{"additionalProperties":{"type":"integer","maximum":3}}]}""", "{\"a\":4}", false)]
    [InlineData("""{"allOf":[{"properties":{"a":{"type":"integer"},"b":{}}},{"properties":{"a":{}},"additionalProperties":false}]}""", "{\"b\":1}", false)]
    [InlineData("""{"$ref":"#/$defs/s","maxLength":2,"$defs":{"s":{"type":"string","minLength":2}}}""", "\"ab\"", true)]
    [InlineData("""{"$ref":"#/$defs/s","maxLength":2,"$defs":{"s":{"type":"string","minLength":2}}}""", "\"abc\"", false)]
    [InlineData("""{"type":"object","required":["t"],"anyOf":[{"properties":{"t":{"const":"a"}}},{"properties":{"t":{"const":"b"},"n":{"type":"integer"}},"required":["n"]}]}""", "{\"t\":\"b\",\"n\":1}", true)]
    [InlineData("""{"type":"object","required":["t"],"anyOf":[{"properties":{"t":{"const":"a"}}},{"properties":{"t":{"const":"b"},"n":{"type":"integer"}},"required":["n"]}]}""", "{\"t\":\"b\"}", false)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"minItems":2,"maxItems":2}""", "[\"a\", 1]", true)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"minItems":2,"maxItems":2}""", "[\"a\"]", false)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"null"}}""", "[\"a\",null,null]", true)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":false}""", "[\"a\",null]", false)]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"}],"items":false}""", "[]", true)]
    [InlineData("""{"type":"array","items":[{"type":"string"}],"additionalItems":{"type":"null"}}""", "[\"a\",null]", true)]
    [InlineData("""{"type":"array","items":{"enum":["a","b"]},"uniqueItems":true}""", "[\"b\",\"a\"]", true)]
    [InlineData("""{"type":"array","items":{"enum":["a","b"]},"uniqueItems":true}""", "[\"b\",\"b\"]", false)]
    [InlineData("""{"type":"integer","multipleOf":7}""", "-1001", true)]
    [InlineData("""{"type":"integer","multipleOf":7}""", "1002", false)]
    [InlineData("""{"type":"integer","multipleOf":7}""", "0", true)]
    [InlineData("""{"type":"integer","multipleOf":7}""", "00", false)]
    [InlineData("""{"type":"integer","multipleOf":5,"minimum":-7,"exclusiveMaximum":15}""", "10", true)]
    [InlineData("""{"type":"integer","multipleOf":5,"minimum":-7,"exclusiveMaximum":15}""", "15", false)]
    [InlineData("""{"type":"integer","multipleOf":5,"minimum":-7,"exclusiveMaximum":15}""", "-10", false)]
    [InlineData("""{"allOf":[{"type":"integer","multipleOf":4},{"multipleOf":6}]}""", "24", true)]
    [InlineData("""{"allOf":[{"type":"integer","multipleOf":4},{"multipleOf":6}]}""", "12", true)]
    [InlineData("""{"allOf":[{"type":"integer","multipleOf":4},{"multipleOf":6}]}""", "18", false)]
    [InlineData("""{"type":"number","multipleOf":0.010,"maximum":2}""", "1.25", true)]
    [InlineData("""{"type":"number","multipleOf":0.01,"maximum":2}""", "2", true)]
    [InlineData("""{"type":"number","multipleOf":0.05}""", "1.12", false)]
    [InlineData("""{"type":"integer","multipleOf":0.5}""", "3", true)]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$","maxLength":3}""", "\"abc\"", true)]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$","maxLength":3}""", "\"abcd\"", false)]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$","minLength":2}""", "\"a\"", false)]
    [InlineData("""{"type":"string","pattern":"b","minLength":3}""", "\"abc\"", true)]
    [InlineData("""{"type":"string","pattern":"^(?!ab)[a-c]+$"}""", "\"abc\"", false)]
    [InlineData("""{"type":"string","pattern":"^(?!ab)[a-c]+$"}""", "\"acb\"", true)]
    [InlineData("""{"type":"string","format":"uuid","pattern":"^0"}""", "\"0aaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\"", true)]
    [InlineData("""{"type":"string","format":"uri","minLength":1,"maxLength":2083}""", "\"https://example.com\"", true)]
    [InlineData("""{"type":"object","propertyNames":{"enum":["a","b"]},"additionalProperties":{"type":"integer"}}""", "{\"b\":1}", true)]
    [InlineData("""{"type":"object","propertyNames":{"enum":["a","b"]},"additionalProperties":{"type":"integer"}}""", "{\"c\":1}", false)]
    [InlineData("""{"type":"object","propertyNames":{"type":"string"},"additionalProperties":{"type":"integer"}}""", "{\"c\":1}", true)]
    [InlineData("""{"type":"object","properties":{"a":false,"b":true}}""", "{\"a\":1}", false)]
    [InlineData("""{"type":["string","integer"],"pattern":"^-?\\d+$"}""", "12", true)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[true, false]", true)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[]", false)]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2}""", "[true,false,true]", false)]
    public void A_text_can_be_written_when_it_fits(string schema, string text, bool fits)
    {
        using var document = JsonDocument.Parse(schema);

        Accepts(SchemaReader.Read(document.RootElement, isStrict: false), text).ShouldBe(fits);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"number"},{"type":"string"}]}}}""", "In context=('properties', 'a'), 'oneOf' is not permitted here: its schemas 0 and 2 are not told apart by a type, or by a required property with fixed values. Use 'anyOf'.")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "In context=(), 'oneOf' is not permitted here: its schemas 0 and 1 are not told apart by a type, or by a required property with fixed values. Use 'anyOf'.")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"k":{"const":1}}},{"type":"object","properties":{"k":{"const":2}}}]}""", "In context=(), 'oneOf' is not permitted here: its schemas 0 and 1 are not told apart by a type, or by a required property with fixed values. Use 'anyOf'.")]
    [InlineData("""{"type":"object","propertyNames":{"pattern":"^a"}}""", "In context=(), 'propertyNames' is permitted only with an 'enum' of names.")]
    [InlineData("""{"type":"array","contains":{"type":"string"}}""", "In context=(), 'contains' is not permitted.")]
    [InlineData("""{"if":{"type":"string"},"then":{"type":"string"}}""", "In context=(), 'if' is not permitted.")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":"integer"}]}""", "In context=(), no value with at most 60 levels fits the schema.")]
    [InlineData("""{"allOf":[{"enum":["a"]},{"minLength":1}]}""", "In context=('allOf', '1'), 'minLength' is not permitted beside 'enum'.")]
    [InlineData("""{"type":"integer","multipleOf":0}""", "In context=(), 'multipleOf' must be more than 0.")]
    [InlineData("""{"type":"integer","multipleOf":7,"minimum":1,"maximum":6}""", "In context=(), no multiple of 'multipleOf' lies between the bounds.")]
    [InlineData("""{"type":"string","pattern":"^a{3}$","maxLength":2}""", "In context=(), no string keeps 'pattern' and 'maxLength' together.")]
    [InlineData("""{"type":"string","pattern":"^([a-z]{1000}){40}$","maxLength":90000}""", "In context=(), 'pattern' and 'maxLength' together have so many repetitions, which is not supported.")]
    [InlineData("""{"type":"object","patternProperties":{}}""", "In context=(), 'patternProperties' is not permitted.")]
    [InlineData("""{"type":"array","items":{"type":"string"},"uniqueItems":true}""", "In context=(), 'uniqueItems' is permitted only where 'items' is an 'enum' of at most 12 values.")]
    [InlineData("""{"type":"array","items":{"not":{}}}""", "In context=('items',), 'not' is not permitted.")]
    [InlineData("""{"$ref":"#/$defs/x"}""", "In context=(), the reference '#/$defs/x' leads nowhere.")]
    [InlineData("""{"$ref":"https://example.com/s"}""", "In context=(), '$ref' must point into the schema: \"#\" or \"#/$defs/…\".")]
    [InlineData("""{"$ref":"#"}""", "In context=(), no value with at most 60 levels fits the schema.")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""", "In context=(), no value with at most 60 levels fits the schema.")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "In context=(), the 'pattern' \"(?=a)\" has look-ahead that is not at its beginning (at character 2), which is not supported.")]
    [InlineData("""{"type":"string","pattern":"^(?<=a)b"}""", "In context=(), the 'pattern' \"^(?<=a)b\" has look-around (at character 3), which is not supported.")]
    [InlineData("""{"type":"string","pattern":"\\bx"}""", "In context=(), the 'pattern' \"\\\\bx\" has '\\b' (at character 2), which is not supported.")]
    [InlineData("""{"type":"string","format":"iri"}""", "In context=(), 'iri' is not a supported 'format'. Supported are: date, time, date-time, duration, email, hostname, ipv4, ipv6, uuid, uri.")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""", "In context=(), no number lies between the bounds.")]
    [InlineData("""{"type":"text"}""", "In context=(), \"text\" is not a valid 'type'.")]
    [InlineData("""{"type":"object","minProperties":1}""", "In context=(), 'minProperties' is not permitted.")]
    [InlineData("""{"anyOf":[{"type":"string"}],"unevaluatedProperties":false}""", "In context=(), 'unevaluatedProperties' is not permitted.")]
    public void What_cannot_be_honoured_is_refused_by_name(string schema, string message)
    {
        using var document = JsonDocument.Parse(schema);

        Should.Throw<SchemaException>(() => SchemaReader.Read(document.RootElement, isStrict: false)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("{\"a\":\"x\",\"b\":1,\"c\":[2]}", true)]
    [InlineData("{\"a\":1,\"b\":1,\"c\":[2]}", false)]
    [InlineData("{\"a\":\"x\",\"b\":\"y\",\"c\":[2]}", false)]
    [InlineData("{\"a\":\"x\",\"b\":1,\"c\":{}}", false)]
    [InlineData("{\"a\":\"x\",\"b\":1}", false)]
    public void A_lenient_reading_keeps_all_that_can_be_honoured(string text, bool fits)
    {
        using var schema = JsonDocument.Parse("""
            {"type":"object","properties":{"a":{"type":"string","format":"iri"},"b":{"type":"integer"},"c":{"type":"array","contains":{"const":1}}},"required":["a","b","c"],"additionalProperties":false}
            """);

        Accepts(SchemaReader.Read(schema.RootElement, isStrict: false, isLenient: true), text).ShouldBe(fits);
    }

    [Fact]
    public void A_recursive_schema_that_must_also_fit_another_one_is_read_once()
    {
        using var schema = JsonDocument.Parse("""
            {"$ref":"#/$defs/a","allOf":[{"$ref":"#/$defs/b"}],"$defs":{
              "a":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]},"x":{"type":"integer"}},"required":["next"]},
              "b":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/b"},{"type":"null"}]},"x":{"minimum":3}},"required":["x"]}}}
            """);
        SchemaNode node = SchemaReader.Read(schema.RootElement, isStrict: false);

        Accepts(node, """{"next":{"next":null,"x":4},"x":3}""").ShouldBeTrue();
        Accepts(node, """{"next":{"next":null,"x":2},"x":3}""").ShouldBeFalse();
        Accepts(node, """{"next":{"next":null},"x":3}""").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "In context=(), 'additionalProperties' is required to be supplied and to be false.")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", "In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.")]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}""", "In context=('properties', 'a'), schema must have a 'type' key.")]
    [InlineData("""{"type":"array"}""", "In context=(), array schema missing items.")]
    public void Strict_schemas_close_their_objects_and_require_their_properties(string schema, string message)
    {
        using var document = JsonDocument.Parse(schema);

        Should.Throw<SchemaException>(() => SchemaReader.Read(document.RootElement, isStrict: true)).Message.ShouldBe(message);
    }

    [Fact]
    public void A_pattern_that_is_made_to_be_slow_is_refused()
    {
        (Hone.Engine.Tokenizers.Tokenizer tokenizer, _, ConstraintVocabulary vocabulary) = RandomWriter.Vocabulary("stories260k");
        using var nested = JsonDocument.Parse("""{"type":"string","pattern":"^((a?){1000}){1000}$"}""");
        using var deep = JsonDocument.Parse($$"""{"type":"string","pattern":"{{new string('(', 100_000)}}"}""");

        HoneException complex = Should.Throw<HoneException>(() =>
        {
            ConstraintCursor cursor = JsonConstraints.Schema(nested.RootElement, isStrict: false, vocabulary).Begin();
            cursor.Apply(new float[tokenizer.VocabSize]);
        });
        SchemaException groups = Should.Throw<SchemaException>(() => SchemaReader.Read(deep.RootElement, isStrict: false));

        complex.Message.ShouldContain("too complex");
        groups.Message.ShouldContain("more than 50 groups");
    }

    [Fact]
    public void The_tokens_of_a_state_are_those_whose_bytes_go_on()
    {
        (Hone.Engine.Tokenizers.Tokenizer tokenizer, int end, ConstraintVocabulary vocabulary) = RandomWriter.Vocabulary("stories260k");
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"name":{"type":"string","maxLength":4},"n":{"type":"number","maximum":12}},"required":["name"]}""");
        TextConstraint constraint = JsonConstraints.Schema(schema.RootElement, isStrict: false, vocabulary);
        var grammar = new Grammar(JsonTerms.Sequence(JsonTerms.White, SchemaReader.Read(schema.RootElement, isStrict: false).ToTerm(JsonTerms.MaxDepth)), new ConstraintMemory(long.MaxValue));
        ConstraintCursor cursor = constraint.Begin();
        GrammarState state = grammar.Start;
        var random = new Random(3);

        while (!cursor.IsComplete)
        {
            var logits = new float[tokenizer.VocabSize];
            cursor.Apply(logits);
            int[] expected = [.. Enumerable.Range(0, logits.Length).Where(id => id == end ? state.Accepts : !tokenizer.SpecialIds.Contains(id) && GoesOn(grammar, state, tokenizer.TokenBytes(id)) is not null)];
            int[] allowed = [.. Enumerable.Range(0, logits.Length).Where(id => logits[id] == 0)];
            allowed.ShouldBe(expected);

            int token = allowed[random.Next(allowed.Length)];
            if (token == end)
                break;
            cursor.Add(token);
            state = GoesOn(grammar, state, tokenizer.TokenBytes(token))!;
        }
    }

    static bool Accepts(SchemaNode schema, string text)
    {
        var grammar = new Grammar(JsonTerms.Sequence(JsonTerms.White, schema.ToTerm(JsonTerms.MaxDepth)), new ConstraintMemory(long.MaxValue));
        GrammarState? state = grammar.Start;
        foreach (byte value in System.Text.Encoding.UTF8.GetBytes(text))
            state = state is null ? null : grammar.Next(state, value);
        return state?.Accepts == true;
    }

    static GrammarState? GoesOn(Grammar grammar, GrammarState state, ReadOnlySpan<byte> bytes)
    {
        GrammarState? at = bytes.IsEmpty ? null : state;
        foreach (byte value in bytes)
            at = at is null ? null : grammar.Next(at, value);
        return at;
    }

    static TextConstraint Constraint(JsonElement schema, string tokenizer) => JsonConstraints.Schema(schema, isStrict: false, RandomWriter.Vocabulary(tokenizer).Vocabulary);

    static JsonDocument Parse(string text, JsonElement schema)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw new InvalidOperationException($"{text} for {schema}", error);
        }
    }
}
