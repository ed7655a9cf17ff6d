using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Qdrant;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>The part of Qdrant's HTTP interface that we use, after its OpenAPI description (docs/redoc, version 1.19).</summary>
sealed class QdrantStub : StubDatabase
{
    protected override JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request)
    {
        Require(path[0] == "collections", "an unknown path");
        ExpectContent(request, "application/json");
        Expect(query, path is [_, _, "points"] && method == "PUT" || path is [_, _, "points", "delete"] ? ["wait", "ordering", "timeout"] : []);
        JsonNode? result = (method, path.Length, path.Length > 3 ? path[3] : path.Length > 2 ? path[2] : "") switch
        {
            ("GET", 1, _) => new JsonObject { ["collections"] = new JsonArray([.. Collections.Keys.Select(name => new JsonObject { ["name"] = name })]) },
            ("GET", 2, _) => About(Find(path[1])),
            ("PUT", 2, _) => Create(path[1], body),
            ("DELETE", 2, _) => Collections.Remove(path[1]),
            ("PUT", 3, "points") => Upsert(Find(path[1]), body, query),
            ("POST", 3, "points") => Retrieve(Find(path[1]), body),
            ("POST", 4, "query") => Query(Find(path[1]), body),
            ("POST", 4, "scroll") => Scroll(Find(path[1]), body),
            ("POST", 4, "count") => Count(Find(path[1]), body),
            ("POST", 4, "delete") => Delete(Find(path[1]), body, query),
            _ => throw new Refused(404, "an unknown path"),
        };
        return new JsonObject { ["result"] = result, ["status"] = "ok", ["time"] = 0.001 };
    }

    protected override JsonObject Problem(Refused refused, HttpRequestMessage request) => new() { ["status"] = new JsonObject { ["error"] = refused.Message }, ["time"] = 0.001 };

    bool Create(string name, JsonElement body)
    {
        Require(!Collections.ContainsKey(name), "it exists");
        Require(name.Length <= 255 && name.IndexOfAny(['<', '>', ':', '"', '/', '\\', '|', '?', '*']) < 0, "the name");
        Expect(body, "vectors", "strict_mode_config?");
        if (body.TryGetProperty("strict_mode_config", out JsonElement strict))
            Expect(strict, "enabled?", "unindexed_filtering_retrieve?", "unindexed_filtering_update?");
        JsonElement vectors = body.GetProperty("vectors");
        Expect(vectors, "size", "distance");
        VectorMetric metric = vectors.GetProperty("distance").GetString() switch { "Cosine" => VectorMetric.Cosine, "Dot" => VectorMetric.DotProduct, "Euclid" => VectorMetric.Euclidean, _ => throw new Refused(400, "distance") };
        Require(vectors.GetProperty("size").GetInt32() > 0, "the size");
        Collections[name] = new StubCollection(vectors.GetProperty("size").GetInt32(), metric);
        return true;
    }

    static JsonObject About(StubCollection collection) => new()
    {
        ["status"] = "green",
        ["config"] = new JsonObject { ["params"] = new JsonObject { ["vectors"] = new JsonObject { ["size"] = collection.Dimensions, ["distance"] = collection.Metric switch { VectorMetric.Cosine => "Cosine", VectorMetric.DotProduct => "Dot", _ => "Euclid" } } } },
    };

    static JsonObject Upsert(StubCollection collection, JsonElement body, Dictionary<string, string> query)
    {
        Require(query["wait"] == "true", "wait");
        Expect(body, "points");
        foreach (JsonElement point in body.GetProperty("points").EnumerateArray())
        {
            Expect(point, "id", "vector", "payload?");
            collection.Put(IdOf(point.GetProperty("id")), point.GetProperty("vector"), point.GetProperty("payload"));
        }

        return new JsonObject { ["operation_id"] = 1, ["status"] = "completed" };
    }

    static JsonObject Delete(StubCollection collection, JsonElement body, Dictionary<string, string> query)
    {
        Require(query["wait"] == "true", "wait");
        Expect(body, "points");
        foreach (JsonElement id in body.GetProperty("points").EnumerateArray())
            collection.Points.Remove(IdOf(id));
        return new JsonObject { ["operation_id"] = 1, ["status"] = "completed" };
    }

    static JsonArray Retrieve(StubCollection collection, JsonElement body)
    {
        Expect(body, "ids", "with_payload?", "with_vector?");
        return [.. body.GetProperty("ids").EnumerateArray().Select(IdOf).Where(collection.Points.ContainsKey).Select(id => Record(collection.Points[id]))];
    }

    static JsonObject Query(StubCollection collection, JsonElement body)
    {
        Expect(body, "query", "limit?", "filter?", "with_payload?", "with_vector?", "params?");
        float[] vector = [.. body.GetProperty("query").EnumerateArray().Select(value => value.GetSingle())];
        Func<JsonObject, bool> filter = body.TryGetProperty("filter", out JsonElement given) ? FilterOf(given) : _ => true;
        Require(body.GetProperty("limit").GetInt32() > 0, "the limit");
        return new JsonObject
        {
            ["points"] = new JsonArray([.. collection.Nearest(vector, filter).Take(body.GetProperty("limit").GetInt32()).Select(match => new JsonObject { ["id"] = Id(match.Point), ["version"] = 1, ["score"] = match.Score, ["payload"] = match.Point.Payload.DeepClone() })]),
        };
    }

    static JsonObject Scroll(StubCollection collection, JsonElement body)
    {
        Expect(body, "limit?", "offset?", "filter?", "with_payload?", "with_vector?");
        string from = body.TryGetProperty("offset", out JsonElement offset) ? IdOf(offset) : "";
        int limit = body.GetProperty("limit").GetInt32();
        Require(limit > 0, "the limit");
        StubPoint[] page = [.. collection.Points.Values.Where(point => string.CompareOrdinal(point.Id, from) >= 0).Take(limit + 1)];
        return new JsonObject { ["points"] = new JsonArray([.. page.Take(limit).Select(Record)]), ["next_page_offset"] = page.Length > limit ? Id(page[limit]) : null };
    }

    static JsonObject Count(StubCollection collection, JsonElement body)
    {
        Expect(body, "exact?", "filter?");
        return new JsonObject { ["count"] = collection.Points.Count };
    }

    static JsonObject Record(StubPoint point) => new() { ["id"] = Id(point), ["payload"] = point.Payload.DeepClone(), ["vector"] = point.VectorJson };

    /// <summary>Ids are UUIDs or whole numbers.</summary>
    static string IdOf(JsonElement id)
    {
        if (id.ValueKind == JsonValueKind.Number)
            return id.GetUInt64().ToString(CultureInfo.InvariantCulture);
        Require(Guid.TryParse(id.GetString(), out Guid uuid), "an id that is no UUID");
        return uuid.ToString("D");
    }

    static JsonNode Id(StubPoint point) => ulong.TryParse(point.Id, CultureInfo.InvariantCulture, out ulong number) ? number : point.Id;

    static Func<JsonObject, bool> FilterOf(JsonElement filter)
    {
        if (filter.TryGetProperty("key", out JsonElement key))
            return ConditionOf(key.GetString()!, filter);
        Expect(filter, "must?", "should?", "must_not?");
        Func<JsonObject, bool>[] must = Inner("must"), should = Inner("should"), not = Inner("must_not");
        return payload => must.All(one => one(payload)) && (should.Length == 0 || should.Any(one => one(payload))) && !not.Any(one => one(payload));

        Func<JsonObject, bool>[] Inner(string name) => filter.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(FilterOf)] : [];
    }

    static Func<JsonObject, bool> ConditionOf(string path, JsonElement condition)
    {
        Expect(condition, "key", "match?", "range?");
        // Of paths, what is in quotes is one name; quotes inside cannot be written.
        Require(path.Length > 2 && path[0] == '"' && path[^1] == '"' && !path[1..^1].Contains('"'), "the path");
        string name = path[1..^1];
        if (condition.TryGetProperty("match", out JsonElement match))
        {
            Expect(match, "value");
            JsonElement value = match.GetProperty("value");
            Require(value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False || value.TryGetInt64(out _), "a value that cannot be matched");
            return payload => payload[name] is { } found && found.GetValueKind() == value.ValueKind && found.ToJsonString() == JsonNode.Parse(value.GetRawText())!.ToJsonString();
        }

        JsonElement range = condition.GetProperty("range");
        Expect(range, "gt?", "gte?", "lt?", "lte?");
        return payload => payload[name] is { } found && found.GetValueKind() == JsonValueKind.Number && range.EnumerateObject().All(bound => bound.Name switch
        {
            "gt" => found.GetValue<double>() > bound.Value.GetDouble(),
            "gte" => found.GetValue<double>() >= bound.Value.GetDouble(),
            "lt" => found.GetValue<double>() < bound.Value.GetDouble(),
            _ => found.GetValue<double>() <= bound.Value.GetDouble(),
        });
    }
}

/// <summary>Qdrant's stub: no server.</summary>
public sealed class QdrantIndexTests : StubConformance
{
    readonly QdrantStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new QdrantIndex("//qdrant.test:6333", _stub));

    [Theory, InlineData("completed", true), InlineData("acknowledged", true), InlineData("wait_timeout", false)]
    public async Task A_change_that_is_not_carried_out_in_time_is_said(string status, bool isDone)
    {
        string answer = $$$"""{"result": {"operation_id": 1, "status": "{{{status}}}"}, "status": "ok", "time": 0.1}""";
        await using QdrantIndex index = new("//qdrant.test:6333", new RecordedAnswers(new() { ["PUT /collections/docs/points"] = answer, ["POST /collections/docs/points/delete"] = answer }));
        VectorCollection collection = new("docs", 1, VectorMetric.Cosine);

        Exception? ofUpsert = await Record.ExceptionAsync(() => index.UpsertAsync(collection, [new VectorRecord("a", [1], new Dictionary<string, MetadataValue>())], TestContext.Current.CancellationToken));
        Exception? ofDelete = await Record.ExceptionAsync(() => index.DeleteAsync(collection, ["a"], TestContext.Current.CancellationToken));

        ofUpsert?.Message.ShouldBe("Qdrant at qdrant.test:6333 refused /collections/docs/points: 408 (it has not carried out the change in time and says \"wait_timeout\").");
        ofDelete?.Message.ShouldBe("Qdrant at qdrant.test:6333 refused /collections/docs/points/delete: 408 (it has not carried out the change in time and says \"wait_timeout\").");
        (ofUpsert is null, ofDelete is null).ShouldBe((isDone, isDone));
    }

    [Theory, InlineData("true", true), InlineData("false", false)]
    public async Task A_collection_that_was_gone_before_is_not_dropped(string result, bool expected)
    {
        await using QdrantIndex index = new("//qdrant.test:6333", new RecordedAnswers(new()
        {
            ["GET /collections/docs"] = """{"result": {"status": "green", "config": {"params": {"vectors": {"size": 3, "distance": "Dot"}}}}, "status": "ok", "time": 0.1}""",
            ["DELETE /collections/docs"] = $$"""{"result": {{result}}, "status": "ok", "time": 0.1}""",
        }));

        (await index.DropAsync("docs", TestContext.Current.CancellationToken)).ShouldBe(expected);
    }
}
