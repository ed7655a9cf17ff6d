using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Milvus;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>The part of version 2 of Milvus' RESTful interface that we use, after its reference and the types of its requests (version 2.6).</summary>
/// <param name="token">The token that requests must show; null for none.</param>
/// <param name="loading">How often a collection that was made is said to be loading yet.</param>
/// <param name="limited">How many requests are refused at first because there is too much to do.</param>
sealed partial class MilvusStub(string? token = null, int loading = 0, int limited = 0) : StubDatabase
{
    int _loading = loading;
    int _limited = limited;

    protected override JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request)
    {
        Require(method == "POST" && path is ["v2", "vectordb", _, _], "an unknown path");
        ExpectContent(request, "application/json");
        Expect(query);
        if (token is not null && request.Headers.Authorization?.ToString() != $"Bearer {token}")
            return new JsonObject { ["code"] = 1800, ["message"] = "user hasn't authenticated" };
        if (_limited-- > 0)
            return new JsonObject { ["code"] = 1807, ["message"] = "request is rejected by limiter" };
        try
        {
            return new JsonObject { ["code"] = 0, ["data"] = Data($"{path[2]}/{path[3]}", body) };
        }
        catch (Refused refused)
        {
            return new JsonObject { ["code"] = refused.Status == 404 ? 100 : 1100, ["message"] = refused.Message };
        }
    }

    /// <summary>What stands in an answer of 200 (above) has the code of Milvus; this is for addresses that it does not have.</summary>
    protected override JsonObject Problem(Refused refused, HttpRequestMessage request) => new() { ["code"] = refused.Status, ["message"] = refused.Message };

    JsonNode Data(string operation, JsonElement body)
    {
        if (operation == "collections/list")
        {
            Expect(body, "dbName?");
            return new JsonArray([.. Collections.Keys.Select(name => (JsonNode)name)]);
        }

        string name = body.GetProperty("collectionName").GetString()!;
        if (operation.StartsWith("entities/", StringComparison.Ordinal))
            Require(_loading <= 0, "collection not loaded");
        switch (operation)
        {
            case "collections/create":
                Create(name, body);
                return new JsonObject();
            case "collections/describe":
                Expect(body, "dbName?", "collectionName");
                return About(name, Find(name));
            case "collections/get_load_state":
                Expect(body, "dbName?", "collectionName", "partitionNames?");
                Find(name);
                return new JsonObject { ["loadState"] = _loading-- > 0 ? "LoadStateLoading" : "LoadStateLoaded", ["loadProgress"] = _loading > 0 ? 0 : 100, ["message"] = "" };
            case "collections/drop":
                Expect(body, "dbName?", "collectionName");
                Collections.Remove(name);
                return new JsonObject();
            case "entities/upsert":
                Expect(body, "dbName?", "collectionName", "partitionName?", "data");
                foreach (JsonElement record in body.GetProperty("data").EnumerateArray())
                {
                    Expect(record, "id", "vector", "metadata");
                    Find(name).Put(record.GetProperty("id").GetString()!, record.GetProperty("vector"), record.GetProperty("metadata"));
                }

                return new JsonObject { ["upsertCount"] = body.GetProperty("data").GetArrayLength() };
            case "entities/search":
                Expect(body, "dbName?", "collectionName", "data", "annsField", "filter?", "limit?", "outputFields?", "searchParams?", "consistencyLevel?", "exprParams?");
                return Search(Find(name), body);
            case "entities/query":
                Expect(body, "dbName?", "collectionName", "filter", "limit?", "offset?", "outputFields?", "consistencyLevel?", "exprParams?");
                return Query(Find(name), body);
            case "entities/delete":
                Expect(body, "dbName?", "collectionName", "filter", "exprParams?");
                Require(body.GetProperty("filter").GetString() == "id in {ids}", "the filter");
                foreach (JsonElement id in body.GetProperty("exprParams").GetProperty("ids").EnumerateArray())
                    Find(name).Points.Remove(id.GetString()!);
                return new JsonObject();
            default:
                throw new Refused(400, "an unknown path");
        }
    }

    void Create(string name, JsonElement body)
    {
        Expect(body, "dbName?", "collectionName", "description?", "schema", "indexParams", "params?");
        Require(Name().IsMatch(name) && name.Length <= 255 && !Collections.ContainsKey(name), "the name");
        JsonElement schema = body.GetProperty("schema"), index = body.GetProperty("indexParams")[0];
        // The reference has texts for what the server's own code takes as true or false: what need not be said is not said.
        Expect(schema, "fields", "functions?");
        foreach (JsonElement field in schema.GetProperty("fields").EnumerateArray())
            Expect(field, "fieldName", "dataType", "isPrimary?", "elementTypeParams");
        Expect(index, "fieldName", "indexName", "metricType", "indexType?", "params");
        Require(index.GetProperty("params").GetProperty("index_type").GetString() == "AUTOINDEX", "the index");
        Require(body.GetProperty("params").GetProperty("consistencyLevel").GetString() is "Strong" or "Eventually" or "Session" or "Bounded", "the consistency");
        JsonElement vector = schema.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("dataType").GetString() == "FloatVector");
        VectorMetric metric = index.GetProperty("metricType").GetString() switch { "COSINE" => VectorMetric.Cosine, "IP" => VectorMetric.DotProduct, "L2" => VectorMetric.Euclidean, _ => throw new Refused(400, "the metric") };
        Collections[name] = new StubCollection(vector.GetProperty("elementTypeParams").GetProperty("dim").GetInt32(), metric) { About = new JsonObject { ["description"] = body.GetProperty("description").GetString() } };
    }

    static JsonObject About(string name, StubCollection collection) => new()
    {
        ["collectionName"] = name,
        ["description"] = collection.About["description"]!.DeepClone(),
        ["fields"] = new JsonArray(
            new JsonObject { ["name"] = "id", ["type"] = "VarChar", ["primaryKey"] = true, ["params"] = new JsonArray(new JsonObject { ["key"] = "max_length", ["value"] = "4096" }) },
            new JsonObject { ["name"] = "vector", ["type"] = "FloatVector", ["primaryKey"] = false, ["params"] = new JsonArray(new JsonObject { ["key"] = "dim", ["value"] = $"{collection.Dimensions}" }) },
            new JsonObject { ["name"] = "metadata", ["type"] = "JSON", ["primaryKey"] = false }),
        ["indexes"] = new JsonArray(new JsonObject { ["fieldName"] = "vector", ["indexName"] = "vector", ["metricType"] = collection.Metric switch { VectorMetric.Cosine => "COSINE", VectorMetric.DotProduct => "IP", _ => "L2" } }),
    };

    static JsonArray Search(StubCollection collection, JsonElement body)
    {
        float[] vector = [.. body.GetProperty("data")[0].EnumerateArray().Select(value => value.GetSingle())];
        int limit = body.GetProperty("limit").GetInt32();
        Require(limit is > 0 and <= 16_384, "the limit");
        Func<JsonObject, bool> filter = body.TryGetProperty("filter", out JsonElement given) ? new FilterReader(given.GetString()!, body.GetProperty("exprParams")).Read() : _ => true;
        return new JsonArray([.. collection.Nearest(vector, filter).Take(limit).Select(match => new JsonObject
        {
            ["id"] = match.Point.Id,
            ["distance"] = collection.Metric == VectorMetric.Euclidean ? match.Score * match.Score : match.Score,
            ["metadata"] = match.Point.Payload.ToJsonString(),
        })]);
    }

    static JsonArray Query(StubCollection collection, JsonElement body)
    {
        if (body.GetProperty("outputFields")[0].GetString() == "count(*)")
            return new JsonArray(new JsonObject { ["count(*)"] = collection.Points.Count });
        string filter = body.GetProperty("filter").GetString()!;
        if (filter == "id in {ids}")
            return new JsonArray([.. body.GetProperty("exprParams").GetProperty("ids").EnumerateArray().Select(id => id.GetString()!).Where(collection.Points.ContainsKey).Take(body.GetProperty("limit").GetInt32()).Select(id => Record(collection.Points[id]))]);
        Require(filter is "id != \"\"" or "id > {after}", "the filter");
        string after = body.TryGetProperty("exprParams", out JsonElement given) ? given.GetProperty("after").GetString()! : "";
        return new JsonArray([.. collection.Points.Values.Where(point => string.CompareOrdinal(point.Id, after) > 0).Take(body.GetProperty("limit").GetInt32()).Select(Record)]);
    }

    static JsonObject Record(StubPoint point) => new() { ["id"] = point.Id, ["vector"] = point.VectorJson, ["metadata"] = point.Payload.ToJsonString() };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Name();

    /// <summary>Reads expressions: comparisons of members of a JSON field with parameters, exists, not, and, or, parentheses.</summary>
    sealed partial class FilterReader
    {
        readonly string[] _tokens;
        readonly JsonElement _parameters;
        int _next;

        public FilterReader(string expression, JsonElement parameters)
        {
            MatchCollection found = Token().Matches(expression);
            Require(found.Sum(match => match.Length) == expression.Length, $"the expression {expression}");
            _tokens = [.. found.Select(match => match.Value.Trim()).Where(token => token.Length > 0)];
            _parameters = parameters;
        }

        public Func<JsonObject, bool> Read()
        {
            Func<JsonObject, bool> filter = Alternatives();
            Require(_next == _tokens.Length, "the end of the expression");
            return filter;
        }

        Func<JsonObject, bool> Alternatives()
        {
            Func<JsonObject, bool> left = Conjunction();
            while (Take("or"))
            {
                Func<JsonObject, bool> before = left, right = Conjunction();
                left = metadata => before(metadata) || right(metadata);
            }

            return left;
        }

        Func<JsonObject, bool> Conjunction()
        {
            Func<JsonObject, bool> left = Term();
            while (Take("and"))
            {
                Func<JsonObject, bool> before = left, right = Term();
                left = metadata => before(metadata) && right(metadata);
            }

            return left;
        }

        Func<JsonObject, bool> Term()
        {
            if (Take("not"))
            {
                Func<JsonObject, bool> inner = Term();
                return metadata => !inner(metadata);
            }

            if (Take("("))
            {
                Func<JsonObject, bool> inner = Alternatives();
                Require(Take(")"), "a closing parenthesis");
                return inner;
            }

            if (Take("exists"))
            {
                string named = Field();
                return metadata => metadata.ContainsKey(named);
            }

            string field = Field(), sign = _tokens[_next++];
            JsonElement value = _parameters.GetProperty(_tokens[_next++].Trim('{', '}'));
            if (sign == "==")
                return metadata => metadata[field] is { } found && found.GetValueKind() == value.ValueKind && (value.ValueKind switch
                {
                    JsonValueKind.Number => found.GetValue<double>().Equals(value.GetDouble()),
                    JsonValueKind.String => found.GetValue<string>() == value.GetString(),
                    _ => true,
                });
            Require(value.ValueKind == JsonValueKind.Number, "an order of what is no number");
            return metadata => metadata[field] is { } found && found.GetValueKind() == JsonValueKind.Number && (sign switch
            {
                ">" => found.GetValue<double>() > value.GetDouble(),
                ">=" => found.GetValue<double>() >= value.GetDouble(),
                "<" => found.GetValue<double>() < value.GetDouble(),
                "<=" => found.GetValue<double>() <= value.GetDouble(),
                _ => throw new Refused(400, sign),
            });
        }

        string Field() => _tokens[_next++]["metadata[\"".Length..^"\"]".Length];

        bool Take(string token)
        {
            bool isNext = _next < _tokens.Length && _tokens[_next] == token;
            _next += isNext ? 1 : 0;
            return isNext;
        }

        [GeneratedRegex(@"\s+|metadata\[""[^""\\]+""\]|\{v\d+\}|==|>=|<=|[<>()]|and|or|not|exists")]
        private static partial Regex Token();
    }
}

/// <summary>Milvus' stub: no server.</summary>
public sealed class MilvusIndexTests : StubConformance
{
    readonly MilvusStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new MilvusIndex("//milvus.test:19530/db", handler: _stub));

    [Fact]
    public async Task A_token_that_is_missing_is_asked_for()
    {
        await using MilvusIndex index = new("//milvus.test:19530", handler: new MilvusStub("secret"));

        (await Should.ThrowAsync<Hone.Engine.HoneException>(() => index.ListAsync(TestContext.Current.CancellationToken))).Message.ShouldContain("MILVUS_TOKEN");
    }

    [Fact]
    public async Task What_Milvus_refuses_is_said_with_its_own_code_and_not_taken_for_that_of_HTTP()
    {
        await using MilvusIndex index = new("//milvus.test:19530", handler: new RecordedAnswers(new() { ["POST /v2/vectordb/collections/list"] = """{"code": 401, "message": "replica not available"}""" }));

        (await Should.ThrowAsync<Hone.Engine.HoneException>(() => index.ListAsync(TestContext.Current.CancellationToken))).Message
            .ShouldBe("Milvus at milvus.test:19530 refused /v2/vectordb/collections/list: 400 (replica not available [401]).");
    }

    [Fact]
    public async Task A_collection_is_used_once_it_is_loaded_and_what_is_limited_is_sent_again()
    {
        NotedWaits clock = new();
        await using MilvusIndex index = new("//milvus.test:19530", handler: new MilvusStub(loading: 2, limited: 1), clock: clock);
        VectorCollection collection = new("docs", 2, VectorMetric.Cosine);

        await index.CreateAsync(collection, TestContext.Current.CancellationToken);

        (await index.CountAsync(collection, TestContext.Current.CancellationToken)).ShouldBe(0);
        clock.Waits.ShouldBe([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)]);
    }
}

/// <summary>Zilliz is the same behind https; its stub is that of Milvus.</summary>
public sealed class ZillizIndexTests : StubConformance
{
    readonly MilvusStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new MilvusIndex("//in01-1.api.zillizcloud.test", isZilliz: true, _stub));
}
