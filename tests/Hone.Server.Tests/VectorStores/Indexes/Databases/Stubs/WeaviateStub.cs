using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Weaviate;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>The part of Weaviate's REST interface and GraphQL that we use, after its OpenAPI description (version 1.40) and its reference of GraphQL.</summary>
sealed partial class WeaviateStub : StubDatabase
{
    protected override JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request)
    {
        ExpectContent(request, "application/json");
        Expect(query, path is ["v1", "objects"] ? ["class", "limit", "include", "after"] : []);
        switch (method, path)
        {
            case ("GET", ["v1", "schema"]):
                return new JsonObject { ["classes"] = new JsonArray([.. Collections.Values.Select(collection => collection.About.DeepClone())]) };
            case ("POST", ["v1", "schema"]):
                return Create(body);
            case ("GET", ["v1", "schema", { } name]):
                return Find(name).About.DeepClone();
            case ("DELETE", ["v1", "schema", { } name]):
                Collections.Remove(name);
                return null;
            case ("POST", ["v1", "schema", { } name, "properties"]):
                CheckProperty(body);
                Find(name).About["properties"]!.AsArray().Add(JsonNode.Parse(body.GetRawText()));
                return JsonNode.Parse(body.GetRawText());
            case ("POST", ["v1", "batch", "objects"]):
                Expect(body, "objects", "fields?");
                return new JsonArray([.. body.GetProperty("objects").EnumerateArray().Select(Put)]);
            case ("DELETE", ["v1", "batch", "objects"]):
                return Delete(body);
            case ("GET", ["v1", "objects"]):
                // Without it there is no order to go on in.
                string after = query["after"];
                Require(query["include"] is "classification" or "vector" or "interpretation", "include");
                return new JsonObject { ["objects"] = new JsonArray([.. Find(query["class"]).Points.Values.Where(point => string.CompareOrdinal(point.Id, after) > 0).Take(int.Parse(query["limit"], CultureInfo.InvariantCulture)).Select(point => new JsonObject { ["id"] = point.Id, ["properties"] = point.Payload.DeepClone(), ["vector"] = point.VectorJson })]) };
            case ("POST", ["v1", "graphql"]):
                Expect(body, "query", "operationName?", "variables?");
                return Graph(body.GetProperty("query").GetString()!);
            default:
                throw new Refused(404, "an unknown path");
        }
    }

    protected override JsonObject Problem(Refused refused, HttpRequestMessage request) => new() { ["error"] = new JsonArray(new JsonObject { ["message"] = refused.Message }) };

    JsonNode? Create(JsonElement body)
    {
        Expect(body, "class", "description?", "vectorizer?", "vectorIndexType?", "vectorIndexConfig?", "invertedIndexConfig?", "properties?");
        Expect(body.GetProperty("invertedIndexConfig"), "indexNullState?", "indexPropertyLength?", "indexTimestamps?", "cleanupIntervalSeconds?", "bm25?", "stopwords?", "usingBlockMaxWAND?");
        string name = body.GetProperty("class").GetString()!;
        Require(ClassName().IsMatch(name) && name.Length <= 255 && !Collections.ContainsKey(name), "the name");
        foreach (JsonElement property in body.GetProperty("properties").EnumerateArray())
            CheckProperty(property);
        VectorMetric metric = body.GetProperty("vectorIndexConfig").GetProperty("distance").GetString() switch { "cosine" => VectorMetric.Cosine, "dot" => VectorMetric.DotProduct, "l2-squared" => VectorMetric.Euclidean, _ => throw new Refused(422, "the distance") };
        using var about = JsonDocument.Parse(body.GetProperty("description").GetString()!);
        Collections[name] = new StubCollection(about.RootElement.GetProperty("hone_dimensions").GetInt32(), metric) { About = JsonNode.Parse(body.GetRawText())!.AsObject() };
        return JsonNode.Parse(body.GetRawText());
    }

    static void CheckProperty(JsonElement property)
    {
        Expect(property, "name", "dataType", "description?", "indexFilterable?", "indexSearchable?", "indexRangeFilters?", "tokenization?");
        Require(!property.TryGetProperty("tokenization", out JsonElement way) || way.GetString() is "word" or "lowercase" or "whitespace" or "field" or "trigram" or "gse" or "kagome_ja" or "kagome_kr" or "gse_ch", "tokenization");
        string type = property.GetProperty("dataType").EnumerateArray().Single().GetString()!;
        Require(PropertyName().IsMatch(property.GetProperty("name").GetString()!) && type is "text" or "number", "a property");
        Require(type == "text" || !(property.TryGetProperty("tokenization", out _) || property.TryGetProperty("indexSearchable", out _)), "what only texts have");
    }

    JsonObject Put(JsonElement given)
    {
        Expect(given, "class", "id", "properties", "vector");
        string id = given.GetProperty("id").GetString()!;
        Require(Guid.TryParseExact(id, "D", out _), "an id that is no UUID");
        StubCollection collection = Find(given.GetProperty("class").GetString()!);
        string[] known = [.. collection.About["properties"]!.AsArray().Select(property => property!["name"]!.GetValue<string>())];
        Require(given.GetProperty("properties").EnumerateObject().All(property => known.Contains(property.Name)), "an unknown property");
        collection.Put(id, given.GetProperty("vector"), given.GetProperty("properties"));
        return new JsonObject { ["id"] = id, ["result"] = new JsonObject { ["status"] = "SUCCESS" } };
    }

    JsonObject Delete(JsonElement body)
    {
        Expect(body, "match", "output?", "dryRun?", "deletionTimeUnixMilli?");
        Require(body.GetProperty("output").GetString() is "minimal" or "verbose", "output");
        JsonElement match = body.GetProperty("match"), where = match.GetProperty("where");
        Expect(match, "class", "where");
        Expect(where, "path", "operator", "valueTextArray");
        Require(where.GetProperty("operator").GetString() == "ContainsAny" && where.GetProperty("path")[0].GetString() == "id", "the filter");
        foreach (JsonElement id in where.GetProperty("valueTextArray").EnumerateArray())
            Find(match.GetProperty("class").GetString()!).Points.Remove(id.GetString()!);
        int count = where.GetProperty("valueTextArray").GetArrayLength();
        return new JsonObject { ["match"] = JsonNode.Parse(match.GetRawText()), ["output"] = "minimal", ["dryRun"] = false, ["results"] = new JsonObject { ["matches"] = count, ["limit"] = 10_000, ["successful"] = count, ["failed"] = 0, ["objects"] = null } };
    }

    JsonObject Graph(string query)
    {
        if (AggregateText().Match(query) is { Success: true } count)
            return Data("Aggregate", count.Groups["name"].Value, new JsonArray(new JsonObject { ["meta"] = new JsonObject { ["count"] = Find(count.Groups["name"].Value).Points.Count } }));

        Match get = GetText().Match(query);
        Require(get.Success, $"the query {query}");
        StubCollection collection = Find(get.Groups["name"].Value);
        using JsonDocument arguments = Arguments(get.Groups["arguments"].Value);
        JsonElement root = arguments.RootElement;
        Expect(root, "nearVector?", "limit?", "where?");
        Func<StubPoint, bool> filter = root.TryGetProperty("where", out JsonElement where) ? FilterOf(collection, where) : _ => true;
        float[]? near = root.TryGetProperty("nearVector", out JsonElement given) ? [.. given.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle())] : null;
        IEnumerable<(StubPoint Point, double Score)> found = near is null ? collection.Points.Values.Select(point => (point, 0.0)) : collection.Nearest(near, _ => true);
        string[] fields = get.Groups["fields"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Data("Get", get.Groups["name"].Value, new JsonArray([.. found.Where(match => filter(match.Point)).Take(root.GetProperty("limit").GetInt32()).Select(match =>
        {
            JsonObject answer = new(fields.Select(field => KeyValuePair.Create(field, match.Point.Payload[field]?.DeepClone())));
            JsonObject additional = new() { ["id"] = match.Point.Id };
            if (near is null)
                additional["vector"] = match.Point.VectorJson;
            else
                additional["distance"] = collection.Metric switch { VectorMetric.Cosine => 1 - match.Score, VectorMetric.DotProduct => -match.Score, _ => match.Score * match.Score };
            answer["_additional"] = additional;
            return answer;
        })]));
    }

    static JsonObject Data(string kind, string name, JsonArray found) => new() { ["data"] = new JsonObject { [kind] = new JsonObject { [name] = found } } };

    /// <summary>Arguments of GraphQL are JSON but for the quotes of names and of operators; no text in them has a colon.</summary>
    static JsonDocument Arguments(string text) => JsonDocument.Parse($"{{{OperatorText().Replace(NameText().Replace(text, "\"$1\":"), "\"operator\": \"$1\"")}}}");

    static Func<StubPoint, bool> FilterOf(StubCollection collection, JsonElement where)
    {
        Expect(where, "operator", "operands?", "path?", "valueText?", "valueNumber?", "valueBoolean?");
        string sign = where.GetProperty("operator").GetString()!;
        if (sign is "And" or "Or")
        {
            Func<StubPoint, bool>[] operands = [.. where.GetProperty("operands").EnumerateArray().Select(operand => FilterOf(collection, operand))];
            return sign == "And" ? point => operands.All(one => one(point)) : point => operands.Any(one => one(point));
        }

        string path = where.GetProperty("path").EnumerateArray().Single().GetString()!;
        if (path == "id")
        {
            HashSet<string> ids = [.. where.GetProperty("valueText").EnumerateArray().Select(id => id.GetString()!)];
            Require(sign == "ContainsAny", sign);
            return point => ids.Contains(point.Id);
        }

        Require(collection.About["properties"]!.AsArray().Any(property => property!["name"]!.GetValue<string>() == path && property["indexFilterable"]!.GetValue<bool>()), $"no such property {path}");
        if (sign == "IsNull")
        {
            Require(collection.About["invertedIndexConfig"]!["indexNullState"]!.GetValue<bool>(), "nulls are not indexed");
            return point => point.Payload.ContainsKey(path) != where.GetProperty("valueBoolean").GetBoolean();
        }

        if (sign is "Equal" or "NotEqual")
        {
            string text = where.GetProperty("valueText").GetString()!;
            // Whether NotEqual is true of an object without the value is not said, so that we may not rely on it.
            return point => point.Payload[path] is { } found && (found.GetValue<string>() == text) == (sign == "Equal");
        }

        double bound = where.GetProperty("valueNumber").GetDouble();
        return point => point.Payload[path]?.GetValue<double>() is { } found && (sign switch
        {
            "GreaterThan" => found > bound,
            "GreaterThanEqual" => found >= bound,
            "LessThan" => found < bound,
            "LessThanEqual" => found <= bound,
            _ => throw new Refused(422, sign),
        });
    }

    [GeneratedRegex(@"^[A-Z][_0-9A-Za-z]*\z")]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^[_A-Za-z][_0-9A-Za-z]{0,230}\z")]
    private static partial Regex PropertyName();

    [GeneratedRegex(@"^\{ Aggregate \{ (?<name>\w+) \{ meta \{ count \} \} \} \}\z")]
    private static partial Regex AggregateText();

    [GeneratedRegex(@"^\{ Get \{ (?<name>\w+)\((?<arguments>.*)\) \{ (?<fields>[\w ]*) _additional \{ (id distance|id vector) \} \} \} \}\z")]
    private static partial Regex GetText();

    [GeneratedRegex(@"(\w+):")]
    private static partial Regex NameText();

    [GeneratedRegex(@"""operator"": (\w+)")]
    private static partial Regex OperatorText();
}

/// <summary>Weaviate's stub: no server.</summary>
public sealed class WeaviateIndexTests : StubConformance
{
    readonly WeaviateStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new WeaviateIndex("//weaviate.test:8080", _stub));

    [Theory]
    [InlineData("""[{"id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "result": {"status": "SUCCESS"}}]""", "200 (it answers about 1 of 2 objects)")]
    [InlineData("""[{"result": {"status": "SUCCESS"}}, {"result": {"status": "FAILED", "errors": {"error": [{"message": "no such property"}]}}}]""", "422 (no such property)")]
    public async Task What_Weaviate_did_not_take_is_said(string answer, string message)
    {
        await using WeaviateIndex index = new("//weaviate.test:8080", new RecordedAnswers(new() { ["GET /v1/schema/Docs"] = """{"class": "Docs", "properties": []}""", ["POST /v1/batch/objects"] = answer }));

        HoneException error = await Should.ThrowAsync<HoneException>(() =>
            index.UpsertAsync(new VectorCollection("Docs", 1, VectorMetric.Cosine), [.. ((string[])["a", "b"]).Select(id => new VectorRecord(id, [1], new Dictionary<string, MetadataValue>()))], TestContext.Current.CancellationToken));

        error.Message.ShouldBe($"Weaviate at weaviate.test:8080 refused /v1/batch/objects: {message}.");
    }
}
