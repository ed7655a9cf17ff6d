using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases;
using Hone.Server.VectorStores.Indexes.Databases.Milvus;
using Hone.Server.VectorStores.Indexes.Databases.Pinecone;
using Hone.Server.VectorStores.Indexes.Databases.Qdrant;
using Hone.Server.VectorStores.Indexes.Databases.Typesense;
using Hone.Server.VectorStores.Indexes.Databases.Weaviate;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Collections that others made, in answers as the descriptions of the systems show them: what is not ours to read is no collection, and is said.</summary>
public sealed class ForeignCollectionTests
{
    /// <summary>What Pinecone says of an index.</summary>
    const string About = """{"name": "docs", "dimension": 3, "metric": "euclidean", "host": "docs-1.svc.pinecone.test", "status": {"ready": true, "state": "Ready"}, "vector_type": "dense"}""";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Dot\"}}", VectorMetric.DotProduct, null)]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Manhattan\"}}", null, "compared by \"Manhattan\"")]
    [InlineData("{\"vectors\": {\"size\": 3, \"distance\": \"Cosine\", \"multivector_config\": {\"comparator\": \"max_sim\"}}}", null, "several vectors")]
    [InlineData("{\"vectors\": {\"title\": {\"size\": 3, \"distance\": \"Cosine\"}}}", null, "vectors under names")]
    [InlineData("{\"sparse_vectors\": {\"text\": {}}}", null, "sparse")]
    public async Task Qdrant_gives_collections_of_one_plain_vector(string parameters, VectorMetric? expected, string? reason)
    {
        await using QdrantIndex index = new("//qdrant.test", new RecordedAnswers(new()
        {
            ["GET /collections"] = """{"result": {"collections": [{"name": "docs"}]}, "status": "ok", "time": 0.1}""",
            ["GET /collections/docs"] = $$$"""{"result": {"status": "green", "config": {"params": {{{parameters}}}}}, "status": "ok", "time": 0.1}""",
        }));

        await ShouldBeRead(index, "docs", expected, reason);
    }

    [Fact]
    public async Task Points_with_whole_numbers_for_ids_are_read_and_asked_for_by_them()
    {
        const string Point = """{"id": 9007199254740993, "payload": {"year": 7}, "vector": [1, 2, 3]}""";
        RecordedAnswers answers = new(new()
        {
            ["POST /collections/docs/points/scroll"] = $$$"""{"result": {"points": [{{{Point}}}], "next_page_offset": null}, "status": "ok"}""",
            ["POST /collections/docs/points"] = $$"""{"result": [{{Point}}], "status": "ok"}""",
        });
        await using QdrantIndex index = new("//qdrant.test", answers);
        VectorCollection collection = new("docs", 3, VectorMetric.Cosine);

        VectorRecord record = (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
        record.Id.ShouldBe("9007199254740993");
        (await index.FetchAsync(collection, [record.Id], Cancel)).ShouldHaveSingleItem().Vector.ShouldBe([1, 2, 3]);

        answers.Requests[^1].ShouldBe("""POST /collections/docs/points {"ids":[9007199254740993],"with_payload":true,"with_vector":true}""");
    }

    [Theory, InlineData("{\"title\": [1, 2, 3]}"), InlineData("[[1, 2, 3], [4, 5, 6]]"), InlineData("[]"), InlineData("null")]
    public async Task Points_without_one_vector_are_said(string vector)
    {
        await using QdrantIndex index = new("//qdrant.test", new RecordedAnswers(new() { ["POST /collections/docs/points/scroll"] = $$$"""{"result": {"points": [{"id": 7, "payload": {}, "vector": {{{vector}}}}], "next_page_offset": null}, "status": "ok"}""" }));

        HoneException error = await Should.ThrowAsync<HoneException>(async () => await index.ScanAsync(new VectorCollection("docs", 3, VectorMetric.Cosine), Cancel).ToListAsync(Cancel));

        error.Message.ShouldBe("The record \"7\" has no vector, or several under names of their own. Hone reads records of one vector.");
    }

    [Theory]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"dot\"}", VectorMetric.DotProduct, null)]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"manhattan\"}", null, "compared by \"manhattan\"")]
    [InlineData("\"vectorIndexConfig\": null, \"vectorConfig\": {\"title\": {\"vectorIndexType\": \"hnsw\"}}", null, "vectors under names")]
    [InlineData("\"vectorIndexConfig\": {\"distance\": \"dot\"}, \"multiTenancyConfig\": {\"enabled\": true}", null, "tenants")]
    public async Task Weaviate_gives_classes_of_one_plain_vector(string configuration, VectorMetric? expected, string? reason)
    {
        RecordedAnswers answers = new(new()
        {
            ["GET /v1/schema"] = $$$"""{"classes": [{"class": "Docs", "properties": [], {{{configuration}}}}]}""",
            ["GET /v1/schema/Docs"] = $$$"""{"class": "Docs", "properties": [], {{{configuration}}}}""",
            ["GET /v1/objects"] = """{"objects": [{"class": "Docs", "id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "properties": {}, "vector": [1, 2, 3]}], "totalResults": 1}""",
        });
        await using WeaviateIndex index = new("//weaviate.test", answers);

        await ShouldBeRead(index, "Docs", expected, reason);

        answers.Requests.Where(request => request.Contains("/objects", StringComparison.Ordinal)).Distinct().ShouldBe(expected is null ? [] : ["GET /v1/objects?class=Docs&limit=1&include=vector&after="]);
    }

    [Fact]
    public async Task Objects_that_others_made_are_found_with_their_plain_properties_and_not_filtered()
    {
        RecordedAnswers answers = new(new()
        {
            ["GET /v1/schema/Docs"] = """{"class": "Docs", "properties": [{"name": "title", "dataType": ["text"]}, {"name": "on", "dataType": ["date"]}, {"name": "tags", "dataType": ["text[]"]}, {"name": "where", "dataType": ["geoCoordinates"]}, {"name": "by", "dataType": ["Author"]}]}""",
            ["POST /v1/graphql"] = """{"data": {"Get": {"Docs": [{"title": "一", "on": "2026-01-02T00:00:00Z", "tags": ["a"], "_additional": {"id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "distance": 0.25}}]}}}""",
        });
        await using WeaviateIndex index = new("//weaviate.test", answers);
        VectorCollection collection = new("Docs", 3, VectorMetric.Cosine);

        VectorMatch match = (await index.QueryAsync(collection, new VectorQuery([1, 2, 3], 5), Cancel)).ShouldHaveSingleItem();
        (match.Id, match.Score).ShouldBe(("36ddd591-2dee-4e7e-a3cc-eb86d30a4303", 0.75));
        match.Metadata.ShouldBe(new Dictionary<string, MetadataValue> { ["title"] = "一", ["on"] = "2026-01-02T00:00:00Z", ["tags"] = "[\"a\"]" }, ignoreOrder: true);
        answers.Requests[^1].ShouldContain(") { title on tags _additional { id distance } } }");

        await ShouldNotFilter(index, collection);
    }

    [Theory]
    [InlineData("{\"status\": \"FAILED\", \"errors\": {\"error\": [{\"message\": \"no space left\"}]}}", "422 (no space left)")]
    [InlineData("{\"status\": \"FAILED\"}", "422")]
    public async Task What_Weaviate_did_not_take_is_said(string result, string message)
    {
        await using WeaviateIndex index = new("//weaviate.test", new RecordedAnswers(new()
        {
            ["GET /v1/schema/Docs"] = """{"class": "Docs", "properties": []}""",
            ["POST /v1/batch/objects"] = $$"""[{"id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4303", "result": {"status": "SUCCESS"} }, {"id": "36ddd591-2dee-4e7e-a3cc-eb86d30a4304", "result": {{result}} }]""",
        }));

        HoneException error = await Should.ThrowAsync<HoneException>(() => index.UpsertAsync(new VectorCollection("Docs", 1, VectorMetric.Cosine), [new VectorRecord("a", [1], new Dictionary<string, MetadataValue>())], Cancel));

        error.Message.ShouldBe($"Weaviate at weaviate.test:8080 refused /v1/batch/objects: {message}.");
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
    [InlineData("VarChar", "FloatVector", "IP", VectorMetric.DotProduct, null)]
    [InlineData("Int64", "FloatVector", "L2", VectorMetric.Euclidean, null)]
    [InlineData("Int32", "FloatVector", "IP", null, "no primary key of the type VarChar or Int64")]
    [InlineData("VarChar", "BinaryVector", "HAMMING", null, "Hone reads records of one plain vector")]
    [InlineData("VarChar", "FloatVector", "BM25", null, "compared by \"BM25\"")]
    public async Task Milvus_gives_collections_of_one_plain_vector(string id, string vector, string metricType, VectorMetric? expected, string? reason)
    {
        await using MilvusIndex index = new("//milvus.test", handler: new RecordedAnswers(new()
        {
            ["POST /v2/vectordb/collections/list"] = """{"code": 0, "data": ["docs"]}""",
            ["POST /v2/vectordb/collections/describe"] = Description(id, vector, metricType, "LoadStateLoaded"),
        }));

        await ShouldBeRead(index, "docs", expected, reason);
    }

    [Fact]
    public async Task Entities_with_numbers_for_ids_and_fields_of_their_own_are_read_and_not_written()
    {
        RecordedAnswers answers = new(new()
        {
            ["POST /v2/vectordb/collections/describe"] = """
                {"code": 0, "data": {"collectionName": "books", "description": "", "load": "LoadStateLoaded", "fields": [
                    {"name": "book_id", "type": "Int64", "primaryKey": true, "autoId": true}, {"name": "intro", "type": "FloatVector", "params": [{"key": "dim", "value": "3"}]}, {"name": "title", "type": "VarChar", "primaryKey": false}],
                    "indexes": [{"fieldName": "intro", "indexName": "intro", "metricType": "L2"}]}}
                """,
            ["POST /v2/vectordb/entities/query"] = """{"code": 0, "data": [{"book_id": 453725462184567809, "intro": [1, 2, 3], "title": "一", "pages": 7}]}""",
            ["POST /v2/vectordb/entities/search"] = """{"code": 0, "data": [{"id": 453725462184567809, "distance": 4, "intro": [1, 2, 3], "title": "一"}]}""",
        });
        await using MilvusIndex index = new("//milvus.test", handler: answers);
        VectorCollection collection = new("books", 3, VectorMetric.Euclidean);

        VectorRecord record = (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
        record.Id.ShouldBe("453725462184567809");
        record.Metadata.ShouldBe(new Dictionary<string, MetadataValue> { ["title"] = "一", ["pages"] = 7 }, ignoreOrder: true);
        record.Vector.ShouldBe([1, 2, 3]);
        answers.Requests[^1].ShouldBe("""POST /v2/vectordb/entities/query {"collectionName":"books","filter":"book_id >= -9223372036854775808","limit":1000,"outputFields":["*"],"consistencyLevel":"Strong"}""");
        (await index.FetchAsync(collection, [record.Id, "a"], Cancel)).ShouldHaveSingleItem();
        answers.Requests[^1].ShouldContain("\"filter\":\"book_id in [453725462184567809]\"");
        VectorMatch match = (await index.QueryAsync(collection, new VectorQuery([1, 1, 1], 5), Cancel)).ShouldHaveSingleItem();
        (match.Id, match.Score, match.Metadata.Keys.ShouldHaveSingleItem()).ShouldBe(("453725462184567809", 2, "title"));

        await ShouldNotFilter(index, collection);
        (await Should.ThrowAsync<HoneException>(() => index.UpsertAsync(collection, [record], Cancel))).Message.ShouldBe("Hone did not make the collection \"books\" of Milvus: it reads it, and writes nothing there. Choose another name.");
        await Should.ThrowAsync<HoneException>(() => index.DeleteAsync(collection, [record.Id], Cancel));
        answers.Requests.ShouldNotContain(request => request.Contains("upsert", StringComparison.Ordinal) || request.Contains("delete", StringComparison.Ordinal));
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
        RecordedAnswers answers = new(new() { ["GET /indexes/docs"] = About, ["GET /vectors/list"] = "{\"namespace\": \"\"}", ["POST /query"] = "{\"namespace\": \"\"}", ["POST /describe_index_stats"] = "{\"dimension\": 3}" });
        await using PineconeIndex index = new("//api.pinecone.io", answers);
        VectorCollection collection = new("docs", 3, VectorMetric.Euclidean);

        (await index.FindAsync("docs", Cancel)).ShouldBe(collection);
        (await index.CountAsync(collection, Cancel)).ShouldBe(0);
        (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldBeEmpty();
        (await index.QueryAsync(collection, new VectorQuery([1, 2, 3], 5, new VectorFilter.Compare("类", Comparator.Eq, "新")), Cancel)).ShouldBeEmpty();

        JsonNode.DeepEquals(JsonNode.Parse(answers.Requests[^1]["POST /query ".Length..]), JsonNode.Parse("""{"vector": [1, 2, 3], "topK": 5, "includeMetadata": true, "filter": {"类": {"$eq": "新"}}}""")).ShouldBeTrue(answers.Requests[^1]);
    }

    [Fact]
    public async Task Records_of_a_namespace_of_Pinecone_are_written_and_read_there()
    {
        RecordedAnswers answers = new(new()
        {
            ["GET /indexes/docs"] = About,
            ["POST /vectors/upsert"] = "{\"upsertedCount\": 1}",
            ["POST /vectors/delete"] = "{}",
            ["POST /describe_index_stats"] = """{"namespaces": {"": {"vectorCount": 5}, "新 闻": {"vectorCount": "2"}}, "dimension": 3, "totalVectorCount": 7}""",
            ["GET /vectors/list"] = """{"vectors": [{"id": "a"}], "namespace": "新 闻"}""",
            ["GET /vectors/fetch"] = """{"vectors": {"a": {"id": "a", "values": [1, 2, 3]}}, "namespace": "新 闻"}""",
            ["POST /query"] = """{"matches": [{"id": "a"}], "namespace": "新 闻"}""",
        });
        await using PineconeIndex index = new("//api.pinecone.io/%E6%96%B0%20%E9%97%BB", answers);
        VectorCollection collection = new("docs", 3, VectorMetric.Euclidean);

        (await index.CountAsync(collection, Cancel)).ShouldBe(2);
        VectorRecord record = (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
        await index.UpsertAsync(collection, [record], Cancel);
        await index.DeleteAsync(collection, ["a"], Cancel);
        (await index.QueryAsync(collection, new VectorQuery([1, 2, 3], 5), Cancel)).ShouldHaveSingleItem().Score.ShouldBe(0);

        foreach (string request in answers.Requests.Where(request => request.Contains("/vectors/", StringComparison.Ordinal) || request.Contains("/query", StringComparison.Ordinal)))
            (request.Contains("&namespace=%E6%96%B0%20%E9%97%BB", StringComparison.Ordinal) || request.EndsWith("\"namespace\":\"新 闻\"}", StringComparison.Ordinal)).ShouldBeTrue(request);
    }

    [Fact]
    public async Task An_index_whose_records_are_in_other_namespaces_is_not_read_as_an_empty_one()
    {
        await using PineconeIndex index = new("//api.pinecone.io", new RecordedAnswers(new() { ["GET /indexes/docs"] = About, ["POST /describe_index_stats"] = """{"namespaces": {"news": {"vectorCount": 2}}, "dimension": 3}""" }));

        (await Should.ThrowAsync<HoneException>(async () => await index.ScanAsync(new VectorCollection("docs", 3, VectorMetric.Euclidean), Cancel).ToListAsync(Cancel))).Message
            .ShouldBe("The namespace that the address names has no records of \"docs\"; others have, \"news\" among them. Put a namespace before the collection: pinecone://api.pinecone.io/news/docs.");
    }

    [Theory]
    [InlineData(About, VectorMetric.Euclidean, null)]
    [InlineData("{\"name\": \"docs\", \"metric\": \"dotproduct\", \"host\": \"docs-1.svc.pinecone.test\", \"status\": {\"ready\": true, \"state\": \"Ready\"}, \"vector_type\": \"sparse\"}", null, "sparse")]
    public async Task Pinecone_gives_indexes_of_dense_vectors(string about, VectorMetric? expected, string? reason)
    {
        await using PineconeIndex index = new("//api.pinecone.io", new RecordedAnswers(new() { ["GET /indexes"] = $$"""{"indexes": [{{about}}]}""", ["GET /indexes/docs"] = about }));

        await ShouldBeRead(index, "docs", expected, reason);
    }

    [Fact]
    public async Task An_index_of_Pinecone_that_is_about_to_go_is_gone()
    {
        string about = About.Replace("\"Ready\"", "\"Terminating\"", StringComparison.Ordinal);
        await using PineconeIndex index = new("//api.pinecone.io", new RecordedAnswers(new() { ["GET /indexes"] = $$"""{"indexes": [{{about}}]}""", ["GET /indexes/docs"] = about }));

        (await index.FindAsync("docs", Cancel)).ShouldBeNull();
        (await index.ListAsync(Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"name\": \"embedding\", \"type\": \"float[]\", \"num_dim\": 3, \"vec_dist\": \"ip\"}", VectorMetric.DotProduct, null)]
    [InlineData("{\"name\": \"embedding\", \"type\": \"float[]\"}", null, "its documents have no vectors in a field \"embedding\"")]
    [InlineData("{\"name\": \"title_vector\", \"type\": \"float[]\", \"num_dim\": 3}", null, "its documents have no vectors in a field \"embedding\"")]
    public async Task Typesense_gives_collections_with_an_embedding(string field, VectorMetric? expected, string? reason)
    {
        string about = $$"""{"name": "docs", "num_documents": 1, "fields": [{"name": "title", "type": "string"}, {{field}}]}""";
        await using TypesenseIndex index = new("//typesense.test", new RecordedAnswers(new() { ["GET /collections"] = $"[{about}]", ["GET /collections/docs"] = about }));

        await ShouldBeRead(index, "docs", expected, reason);
    }

    [Fact]
    public async Task Documents_that_others_made_are_found_by_their_own_ids_and_fields_and_not_filtered()
    {
        RecordedAnswers answers = new(new()
        {
            ["GET /collections/docs"] = """{"name": "docs", "num_documents": 1, "fields": [{"name": "title", "type": "string"}, {"name": "embedding", "type": "float[]", "num_dim": 3, "vec_dist": "cosine"}]}""",
            ["POST /multi_search"] = """{"results": [{"found": 1, "hits": [{"document": {"id": "7", "title": "一"}, "vector_distance": 0.25}]}]}""",
            ["GET /collections/docs/documents/export"] = """{"id": "7", "title": "一", "embedding": [1, 2, 3]}""",
        });
        await using TypesenseIndex index = new("//typesense.test", answers);
        VectorCollection collection = new("docs", 3, VectorMetric.Cosine);

        VectorMatch match = (await index.QueryAsync(collection, new VectorQuery([1, 2, 3], 5), Cancel)).ShouldHaveSingleItem();
        (match.Id, match.Score, match.Metadata["title"].Text).ShouldBe(("7", 0.75, "一"));
        VectorRecord record = (await index.ScanAsync(collection, Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem();
        (record.Id, record.Metadata.Keys.ShouldHaveSingleItem()).ShouldBe(("7", "title"));

        await ShouldNotFilter(index, collection);
    }

    [Fact]
    public async Task A_search_that_Typesense_cut_off_is_no_answer()
    {
        await using TypesenseIndex index = new("//typesense.test", new RecordedAnswers(new()
        {
            ["GET /collections/docs"] = """{"name": "docs", "num_documents": 1, "fields": [{"name": "embedding", "type": "float[]", "num_dim": 1}]}""",
            ["POST /multi_search"] = """{"results": [{"found": 0, "hits": [], "search_cutoff": true}]}""",
        }));

        (await Should.ThrowAsync<HoneException>(() => index.QueryAsync(new VectorCollection("docs", 1, VectorMetric.Cosine), new VectorQuery([1], 5), Cancel))).Message
            .ShouldBe("Typesense at typesense.test:8108 refused /multi_search: 408 (the search took too long and was cut off, so that records are missing).");
    }

    [Theory]
    [InlineData("{\"success\": true}\n{\"success\": false, \"error\": \"Field `embedding` must have 3 dimensions.\", \"code\": 400, \"document\": \"{}\"}", "400 (Field `embedding` must have 3 dimensions)")]
    [InlineData("{\"success\": true}", "200 (it took 1 of 2 documents)")]
    public async Task What_Typesense_did_not_take_is_said(string answer, string message)
    {
        await using TypesenseIndex index = new("//typesense.test", new RecordedAnswers(new() { ["POST /collections/docs/documents/import"] = answer }));

        HoneException error = await Should.ThrowAsync<HoneException>(() =>
            index.UpsertAsync(new VectorCollection("docs", 1, VectorMetric.Cosine), [.. ((string[])["a", "b"]).Select(id => new VectorRecord(id, [1], new Dictionary<string, MetadataValue>()))], Cancel));

        error.Message.ShouldBe($"Typesense at typesense.test:8108 refused /collections/docs/documents/import: {message}.");
    }

    /// <summary>A collection of three dimensions is found and listed; or it is neither, and who names it is told why.</summary>
    internal static async Task ShouldBeRead(IVectorIndex index, string name, VectorMetric? expected, string? reason)
    {
        if (expected is { } metric)
        {
            (await index.FindAsync(name, Cancel)).ShouldBe(new VectorCollection(name, 3, metric));
            (await index.ListAsync(Cancel)).ShouldContain(new VectorCollection(name, 3, metric));
            return;
        }

        string message = (await Should.ThrowAsync<UnreadableCollection>(() => index.FindAsync(name, Cancel))).Message;
        message.ShouldStartWith($"There is a collection \"{name}\" that Hone did not make and cannot read: ");
        message.ShouldContain(reason!);
        (await index.ListAsync(Cancel)).ShouldNotContain(collection => collection.Name == name);
        await Should.ThrowAsync<HoneException>(() => index.CreateAsync(new VectorCollection(name, 3, VectorMetric.Cosine), Cancel));
    }

    internal static async Task ShouldNotFilter(IVectorIndex index, VectorCollection collection)
    {
        VectorQuery query = new([.. Enumerable.Repeat(1f, collection.Dimensions)], 5, new VectorFilter.Compare("title", Comparator.Eq, "一"));

        (await Should.ThrowAsync<HoneException>(() => index.QueryAsync(collection, query, Cancel))).Message
            .ShouldBe($"Hone did not make the collection \"{collection.Name}\", and cannot filter its records. Copy it, and filter the copy.");
    }

    /// <summary>What Milvus says of a collection with these types of fields.</summary>
    static string Description(string id, string vector, string metricType, string state) => $$$"""
        {"code": 0, "data": {"collectionName": "docs", "description": "", "load": "{{{state}}}", "fields": [
            {"name": "id", "type": "{{{id}}}", "primaryKey": true}, {"name": "vector", "type": "{{{vector}}}", "params": [{"key": "dim", "value": "3"}]}, {"name": "metadata", "type": "JSON"}],
            "indexes": [{"fieldName": "vector", "indexName": "vector", "metricType": "{{{metricType}}}"}]}}
        """;
}
