using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Milvus;
using Hone.Server.VectorStores.Indexes.Databases.Pinecone;
using Hone.Server.VectorStores.Indexes.Databases.Qdrant;
using Hone.Server.VectorStores.Indexes.Databases.Weaviate;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Collections that others made, in answers as the descriptions of the systems show them: what is not ours to read is no collection, and is said.</summary>
public sealed class ForeignCollectionTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Dot\"}}", VectorMetric.DotProduct)]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Manhattan\"}}", null)]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Cosine\", \"multivector_config\": {\"comparator\": \"max_sim\"}}}", null)]
    [InlineData("{\"vectors\": {\"title\": {\"size\": 3, \"distance\": \"Cosine\"}}}", null)]
    [InlineData("{\"sparse_vectors\": {\"text\": {}}}", null)]
    public async Task Qdrant_gives_collections_of_one_plain_vector(string parameters, VectorMetric? expected)
    {
        await using QdrantIndex index = new("//qdrant.test", new RecordedAnswers(new() { ["GET /collections/docs"] = $$$"""{"result": {"status": "green", "config": {"params": {{{parameters}}}}}, "status": "ok", "time": 0.1}""" }));

        (await index.FindAsync("docs", Cancel)).ShouldBe(expected is { } metric ? new VectorCollection("docs", 3, metric) : null);
    }

    [Fact]
    public async Task Points_without_one_vector_are_said()
    {
        await using QdrantIndex index = new("//qdrant.test", new RecordedAnswers(new() { ["POST /collections/docs/points/scroll"] = """{"result": {"points": [{"id": 7, "payload": {}, "vector": {"title": [1, 2, 3]}}], "next_page_offset": null}, "status": "ok"}""" }));

        HoneException error = await Should.ThrowAsync<HoneException>(async () => await index.ScanAsync(new VectorCollection("docs", 3, VectorMetric.Cosine), Cancel).ToListAsync(Cancel));

        error.Message.ShouldBe("The record \"7\" has no vector, or several under names of their own. Hone reads records of one vector.");
    }

    [Theory]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"dot\"}", VectorMetric.DotProduct)]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"manhattan\"}", null)]
    [InlineData("\"vectorIndexConfig\": null, \"vectorConfig\": {\"title\": {\"vectorIndexType\": \"hnsw\"}}", null)]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"dot\"}, \"multiTenancyConfig\": {\"enabled\": true}", null)]
    public async Task Weaviate_gives_classes_of_one_plain_vector(string configuration, VectorMetric? expected)
    {
        RecordedAnswers answers = new(new()
        {
            ["GET /v1/schema/Docs"] = $$$"""{"class": "Docs", "properties": [], {{{configuration}}}}""",
            ["GET /v1/objects"] = """{"objects": [{"class": "Docs", "id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "properties": {}, "vector": [1, 2, 3]}], "totalResults": 1}""",
        });
        await using WeaviateIndex index = new("//weaviate.test", answers);

        (await index.FindAsync("Docs", Cancel)).ShouldBe(expected is { } metric ? new VectorCollection("Docs", 3, metric) : null);

        answers.Requests.Skip(1).ShouldBe(expected is null ? [] : ["GET /v1/objects?class=Docs&limit=1&include=vector&after="]);
    }

    [Fact]
    public async Task What_Weaviate_did_not_delete_is_said()
    {
        await using WeaviateIndex index = new("//weaviate.test", new RecordedAnswers(new()
        {
            ["GET /v1/schema/Docs"] = """{"class": "Docs", "properties": []}""",
            ["DELETE /v1/batch/objects"] = """{"output": "minimal", "dryRun": false, "results": {"matches": 1, "limit": 10000, "successful": 0, "failed": 1, "objects": [{"id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "status": "FAILED", "errors": {"error": [{"message": "shard is read-only"}]}}]}}""",
        }));

        HoneException error = await Should.ThrowAsync<HoneException>(() => index.DeleteAsync(new VectorCollection("Docs", 3, VectorMetric.Cosine), ["36ddd591-2dee-4e7e-a3cc-eb86d30a4303"], Cancel));

        error.Message.ShouldBe("Weaviate at weaviate.test:8080 refused /v1/batch/objects: 422 (shard is read-only).");
    }

    [Theory]
    [InlineData("VarChar", "FloatVector", "IP", VectorMetric.DotProduct)]
    [InlineData("Int64", "FloatVector", "IP", null)]
    [InlineData("VarChar", "BinaryVector", "HAMMING", null)]
    public async Task Milvus_gives_collections_with_our_fields(string id, string vector, string metricType, VectorMetric? expected)
    {
        await using MilvusIndex index = new("//milvus.test", handler: new RecordedAnswers(new()
        {
            ["POST /v2/vectordb/collections/describe"] = Description(id, vector, metricType, "LoadStateLoaded"),
        }));

        (await index.FindAsync("docs", Cancel)).ShouldBe(expected is { } metric ? new VectorCollection("docs", 3, metric) : null);
    }

    [Theory, InlineData("LoadStateLoaded", 1), InlineData("LoadStateNotLoad", 0)]
    public async Task Milvus_lists_collections_that_are_loaded(string state, int expected)
    {
        await using MilvusIndex index = new("//milvus.test", handler: new RecordedAnswers(new()
        {
            ["POST /v2/vectordb/collections/list"] = """{"code": 0, "data": ["docs"]}""",
            ["POST /v2/vectordb/collections/describe"] = Description("VarChar", "FloatVector", "L2", state),
        }));

        (await index.ListAsync(Cancel)).Count.ShouldBe(expected);
        (await index.FindAsync("docs", Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Lists_that_Pinecone_leaves_out_are_empty()
    {
        const string About = """{"name": "docs", "dimension": 3, "metric": "euclidean", "host": "docs-1.svc.pinecone.test", "status": {"ready": true, "state": "Ready"}, "vector_type": "dense"}""";
        RecordedAnswers answers = new(new() { ["GET /indexes/docs"] = About, ["GET /vectors/list"] = "{\"namespace\": \"\"}", ["POST /query"] = "{\"namespace\": \"\"}", ["POST /describe_index_stats"] = "{\"dimension\": 3}" });
        await using PineconeIndex index = new("//api.pinecone.io", answers);
        VectorCollection collection = new("docs", 3, VectorMetric.Euclidean);

        (await index.FindAsync("docs", Cancel)).ShouldBe(collection);
        (await index.CountAsync(collection, Cancel)).ShouldBe(0);
        (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        (await index.QueryAsync(collection, new VectorQuery([1, 2, 3], 5, new VectorFilter.Compare("类", Comparator.Eq, "新")), Cancel)).ShouldBeEmpty();

        JsonNode.DeepEquals(JsonNode.Parse(answers.Requests[^1]["POST /query ".Length..]), JsonNode.Parse("""{"vector": [1, 2, 3], "topK": 5, "includeMetadata": true, "filter": {"类": {"$eq": "新"}}}""")).ShouldBeTrue(answers.Requests[^1]);
    }

    /// <summary>What Milvus says of a collection with these types of fields.</summary>
    static string Description(string id, string vector, string metricType, string state) => $$$"""
        {"code": 0, "data": {"collectionName": "docs", "description": "", "load": "{{{state}}}", "fields": [
            {"name": "id", "type": "{{{id}}}", "primaryKey": true}, {"name": "vector", "type": "{{{vector}}}", "params": [{"key": "dim", "value": "3"}]}, {"name": "metadata", "type": "JSON"}],
            "indexes": [{"fieldName": "vector", "indexName": "vector", "metricType": "{{{metricType}}}"}]}}
        """;
}
