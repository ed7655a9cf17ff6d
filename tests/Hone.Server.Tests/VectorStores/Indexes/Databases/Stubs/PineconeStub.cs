using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Pinecone;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases.Stubs;

/// <summary>The part of Pinecone's control plane and data plane that we use, after its published reference (2025-10).</summary>
sealed partial class PineconeStub : StubDatabase
{
    const string Control = "api.pinecone.io";
    const string HostEnd = ".svc.test.pinecone.io";

    protected override JsonNode? Answer(string method, string[] path, Dictionary<string, string> query, JsonElement body, HttpRequestMessage request)
    {
        Require(request.Headers.GetValues("X-Pinecone-Api-Version").Single() == "2025-10", "the version");
        ExpectContent(request, "application/json");
        string host = request.RequestUri!.Host;
        Expect(query, path is ["vectors", "list"] ? ["prefix", "limit", "paginationToken", "namespace"] : path is ["vectors", "fetch"] ? ["ids", "namespace"] : []);
        if (host == Control)
        {
            Require(path[0] == "indexes", "an unknown path");
            return (method, path.Length) switch
            {
                ("GET", 1) => new JsonObject { ["indexes"] = new JsonArray([.. Collections.Keys.Select(About)]) },
                ("GET", 2) => About(path[1]),
                ("POST", 1) => Create(body),
                ("DELETE", 2) => Collections.Remove(path[1]) ? null : throw new Refused(404, "no such index"),
                _ => throw new Refused(404, "an unknown path"),
            };
        }

        StubCollection index = Find(host[..^HostEnd.Length]);
        return (method, string.Join('/', path)) switch
        {
            ("POST", "vectors/upsert") => Upsert(index, body),
            ("POST", "vectors/delete") => Delete(index, body),
            ("POST", "query") => Query(index, body),
            ("POST", "describe_index_stats") => Stats(index, body),
            ("GET", "vectors/list") => List(index, query),
            ("GET", "vectors/fetch") => Fetch(index, request.RequestUri.Query),
            _ => throw new Refused(404, "an unknown path"),
        };
    }

    /// <summary>Each of the two planes has its own.</summary>
    protected override JsonObject Problem(Refused refused, HttpRequestMessage request) => request.RequestUri!.Host == Control
        ? new() { ["error"] = new JsonObject { ["code"] = "UNKNOWN", ["message"] = refused.Message }, ["status"] = refused.Status }
        : new() { ["code"] = 3, ["message"] = refused.Message, ["details"] = new JsonArray() };

    JsonObject Create(JsonElement body)
    {
        Expect(body, "name", "dimension", "metric", "spec", "deletion_protection?", "tags?", "vector_type?");
        string name = body.GetProperty("name").GetString()!;
        Require(IndexName().IsMatch(name) && name.Length <= 45, $"the name {name}");
        Require(!Collections.ContainsKey(name), "it exists");
        JsonElement serverless = body.GetProperty("spec").GetProperty("serverless");
        Expect(body.GetProperty("spec"), "serverless");
        Expect(serverless, "cloud", "region", "read_capacity?", "source_collection?", "schema?");
        Require(serverless.GetProperty("cloud").GetString() is "aws" or "gcp" or "azure" && body.GetProperty("deletion_protection").GetString() is "disabled" or "enabled", "the cloud or the protection");
        Require(body.GetProperty("dimension").GetInt32() is >= 1 and <= 20_000, "the dimension");
        JsonObject about = [];
        if (body.TryGetProperty("tags", out JsonElement tags))
        {
            Require(tags.EnumerateObject().All(tag => tag.Name.Length <= 80 && TagName().IsMatch(tag.Name) && tag.Value.GetString()!.Length <= 120 && TagValue().IsMatch(tag.Value.GetString()!)), "a tag");
            about["tags"] = JsonNode.Parse(tags.GetRawText());
        }

        VectorMetric metric = body.GetProperty("metric").GetString() switch { "cosine" => VectorMetric.Cosine, "dotproduct" => VectorMetric.DotProduct, "euclidean" => VectorMetric.Euclidean, _ => throw new Refused(400, "the metric") };
        Collections[name] = new StubCollection(body.GetProperty("dimension").GetInt32(), metric) { About = about };
        return About(name);
    }

    JsonObject About(string name)
    {
        StubCollection index = Find(name);
        return new JsonObject
        {
            ["name"] = name,
            ["dimension"] = index.Dimensions,
            ["metric"] = index.Metric switch { VectorMetric.Cosine => "cosine", VectorMetric.DotProduct => "dotproduct", _ => "euclidean" },
            ["host"] = name + HostEnd,
            ["status"] = new JsonObject { ["ready"] = true, ["state"] = "Ready" },
            ["spec"] = new JsonObject { ["serverless"] = new JsonObject { ["cloud"] = "aws", ["region"] = "us-east-1", ["read_capacity"] = new JsonObject { ["mode"] = "OnDemand" } } },
            ["vector_type"] = "dense",
            ["tags"] = index.About["tags"]?.DeepClone(),
        };
    }

    static JsonObject Upsert(StubCollection index, JsonElement body)
    {
        Expect(body, "vectors", "namespace?");
        JsonElement vectors = body.GetProperty("vectors");
        Require(vectors.GetArrayLength() is > 0 and <= 1000, "the number of vectors");
        foreach (JsonElement vector in vectors.EnumerateArray())
        {
            Expect(vector, "id", "values", "metadata?");
            string id = vector.GetProperty("id").GetString()!;
            Require(id.Length is > 0 and <= 512 && id.All(letter => letter is > ' ' and <= '~'), "an id");
            JsonElement metadata = vector.GetProperty("metadata");
            Require(metadata.EnumerateObject().All(value => value.Name.Length > 0 && value.Name[0] != '$' && value.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False), "the metadata");
            index.Put(id, vector.GetProperty("values"), metadata);
        }

        return new JsonObject { ["upsertedCount"] = vectors.GetArrayLength() };
    }

    static JsonObject Delete(StubCollection index, JsonElement body)
    {
        Expect(body, "ids?", "deleteAll?", "namespace?", "filter?");
        Require(body.GetProperty("ids").GetArrayLength() is > 0 and <= 1000, "the number of ids");
        foreach (JsonElement id in body.GetProperty("ids").EnumerateArray())
            index.Points.Remove(id.GetString()!);
        return [];
    }

    static JsonObject Query(StubCollection index, JsonElement body)
    {
        Expect(body, "vector", "topK", "includeMetadata?", "includeValues?", "filter?", "namespace?");
        float[] vector = [.. body.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle())];
        int most = body.GetProperty("topK").GetInt32();
        Require(most is > 0 and <= 10_000, "topK");
        Func<JsonObject, bool> filter = body.TryGetProperty("filter", out JsonElement given) ? FilterOf(given) : _ => true;
        return new JsonObject
        {
            ["matches"] = new JsonArray([.. index.Nearest(vector, filter).Take(most).Select(match =>
                new JsonObject { ["id"] = match.Point.Id, ["score"] = index.Metric == VectorMetric.Euclidean ? match.Score * match.Score : match.Score, ["metadata"] = match.Point.Payload.DeepClone() })]),
            ["namespace"] = "",
        };
    }

    static JsonObject Stats(StubCollection index, JsonElement body)
    {
        Expect(body, "filter?");
        return new JsonObject { ["dimension"] = index.Dimensions, ["namespaces"] = index.Points.Count == 0 ? new JsonObject() : new JsonObject { [""] = new JsonObject { ["vectorCount"] = index.Points.Count } } };
    }

    static JsonObject List(StubCollection index, Dictionary<string, string> query)
    {
        int limit = int.Parse(query["limit"], System.Globalization.CultureInfo.InvariantCulture);
        Require(limit is >= 1 and <= 100, "the limit");
        string after = query.GetValueOrDefault("paginationToken", "");
        string[] ids = [.. index.Points.Keys.Where(id => string.CompareOrdinal(id, after) > 0).Take(limit + 1)];
        JsonObject page = new() { ["vectors"] = new JsonArray([.. ids.Take(limit).Select(id => new JsonObject { ["id"] = id })]) };
        if (ids.Length > limit)
            page["pagination"] = new JsonObject { ["next"] = ids[limit - 1] };
        return page;
    }

    static JsonObject Fetch(StubCollection index, string query)
    {
        Require(query.Length < 8000, "an address that is too long");
        IEnumerable<string> ids = query.TrimStart('?').Split('&').Select(part => part.Split('=')).Select(part => part[0] == "ids" ? Uri.UnescapeDataString(part[1]) : throw new Refused(400, part[0]));
        return new JsonObject { ["vectors"] = new JsonObject(ids.Where(index.Points.ContainsKey).Select(id => KeyValuePair.Create<string, JsonNode?>(id, new JsonObject { ["id"] = id, ["values"] = index.Points[id].VectorJson, ["metadata"] = index.Points[id].Payload.DeepClone() }))) };
    }

    static Func<JsonObject, bool> FilterOf(JsonElement filter)
    {
        JsonProperty only = filter.EnumerateObject().Single();
        if (only.Name is "$and" or "$or")
        {
            Func<JsonObject, bool>[] inner = [.. only.Value.EnumerateArray().Select(FilterOf)];
            Require(inner.Length > 0, "an empty list");
            return only.Name == "$and" ? metadata => inner.All(one => one(metadata)) : metadata => inner.Any(one => one(metadata));
        }

        Require(only.Name[0] != '$', $"an unknown operator {only.Name}");
        JsonProperty comparison = only.Value.EnumerateObject().Single();
        JsonElement value = comparison.Value;
        if (comparison.Name is "$gt" or "$gte" or "$lt" or "$lte")
            Require(value.ValueKind == JsonValueKind.Number, "an order of what is no number");
        // Whether $ne is true of a record without the value is not said, so that we may not rely on it.
        return comparison.Name switch
        {
            "$exists" => metadata => metadata.ContainsKey(only.Name) == value.GetBoolean(),
            "$eq" => metadata => Same(metadata[only.Name]),
            "$ne" => metadata => metadata[only.Name] is { } found && !Same(found),
            "$gt" => metadata => Number(metadata) > value.GetDouble(),
            "$gte" => metadata => Number(metadata) >= value.GetDouble(),
            "$lt" => metadata => Number(metadata) < value.GetDouble(),
            "$lte" => metadata => Number(metadata) <= value.GetDouble(),
            _ => throw new Refused(400, $"an unknown operator {comparison.Name}"),
        };

        bool Same(JsonNode? found) => found is not null && found.GetValueKind() == value.ValueKind
            && (value.ValueKind == JsonValueKind.Number ? found.GetValue<double>().Equals(value.GetDouble()) : value.ValueKind is not JsonValueKind.String || found.GetValue<string>() == value.GetString());

        double? Number(JsonObject metadata) => metadata[only.Name] is { } found && found.GetValueKind() == JsonValueKind.Number ? found.GetValue<double>() : null;
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex IndexName();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex TagName();

    [GeneratedRegex(@"^[A-Za-z0-9;@_.+ -]*\z")]
    private static partial Regex TagValue();
}

/// <summary>Pinecone's stub: no server.</summary>
public sealed class PineconeIndexTests : StubConformance
{
    readonly PineconeStub _stub = new();

    private protected override StubDatabase Stub => _stub;

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new PineconeIndex("//api.pinecone.io", _stub));

    [Fact]
    public async Task Ids_that_are_long_do_not_make_addresses_that_are_too_long()
    {
        await using PineconeIndex index = new("//api.pinecone.io", _stub);
        VectorCollection collection = new("long", 2, VectorMetric.DotProduct);
        VectorRecord[] records = [.. Enumerable.Range(0, 120).Select(i => new VectorRecord($"{i}#".PadRight(500, '/'), [1, i], new Dictionary<string, MetadataValue>()))];
        await index.CreateAsync(collection, TestContext.Current.CancellationToken);
        await index.UpsertAsync(collection, records, TestContext.Current.CancellationToken);

        (await index.FetchAsync(collection, [.. records.Select(record => record.Id)], TestContext.Current.CancellationToken)).Count.ShouldBe(120);
        (await index.ScanAsync(collection, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).Count.ShouldBe(120);
    }

    [Fact]
    public async Task An_index_that_could_not_be_set_up_is_not_waited_for()
    {
        FailingControl control = new();
        await using PineconeIndex index = new("//api.pinecone.io", control);

        (await Should.ThrowAsync<HoneException>(() => index.CreateAsync(new VectorCollection("docs", 2, VectorMetric.Cosine), TestContext.Current.CancellationToken))).Message
            .ShouldBe("Pinecone could not set up the index \"docs\": InitializationFailed. Delete it, and try again.");
    }

    /// <summary>A control plane that takes an index and then fails at it.</summary>
    sealed class FailingControl : HttpMessageHandler
    {
        bool _isMade;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bool isFound = _isMade || request.Method == HttpMethod.Post;
            _isMade = isFound;
            return Task.FromResult(new HttpResponseMessage(isFound ? HttpStatusCode.OK : HttpStatusCode.NotFound)
            {
                Content = new StringContent(isFound ? """{"name": "docs", "dimension": 2, "metric": "cosine", "host": "docs.test", "status": {"ready": false, "state": "InitializationFailed"}, "vector_type": "dense"}""" : "{}"),
            });
        }
    }
}
