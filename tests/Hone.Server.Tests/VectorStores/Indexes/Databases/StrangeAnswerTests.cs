using System.Net;
using System.Text;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;
using Hone.Server.VectorStores.Indexes.Databases.Chroma;
using Hone.Server.VectorStores.Indexes.Databases.Milvus;
using Hone.Server.VectorStores.Indexes.Databases.Pinecone;
using Hone.Server.VectorStores.Indexes.Databases.Qdrant;
using Hone.Server.VectorStores.Indexes.Databases.Typesense;
using Hone.Server.VectorStores.Indexes.Databases.Weaviate;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>Another program at the address of a database: whatever it answers, what follows is an error for people.</summary>
public sealed class StrangeAnswerTests
{
    static readonly Dictionary<string, Func<HttpMessageHandler, IVectorIndex>> Systems = new()
    {
        ["Chroma"] = handler => new ChromaIndex("//db.test", handler),
        ["Milvus"] = handler => new MilvusIndex("//db.test", handler: handler),
        ["Pinecone"] = handler => new PineconeIndex("//db.test", handler),
        ["Qdrant"] = handler => new QdrantIndex("//db.test", handler),
        ["Typesense"] = handler => new TypesenseIndex("//db.test", handler),
        ["Weaviate"] = handler => new WeaviateIndex("//db.test", handler),
    };

    static readonly string[] Answers =
    [
        "", "<html>", "null", "7", "\"x\"", "[]", "[7]", "{}", "[{}]",
        """{"result": [], "classes": [{}], "code": "x", "results": [], "fields": [], "indexes": [1], "name": "docs"}""",
        """{"result": {"collections": [1], "config": {"params": {"vectors": {"size": "a", "distance": 5}}}}, "classes": [1], "class": 7, "code": 0, "data": [1], "indexes": {"a": 1}, "name": 5, "fields": [{"name": "embedding", "num_dim": "x"}], "dimension": "y", "metric": 3, "status": {"ready": 1}, "host": 7, "id": 5, "configuration_json": {}}""",
        """{"result": {"points": [{"id": {}, "score": "x", "vector": ["y"]}], "count": {}}, "class": "Docs", "properties": [{"name": 1, "dataType": []}], "vectorIndexConfig": {"distance": "dot"}, "objects": [{"id": 5, "vector": [1]}], "data": {"Get": {"Docs": [{"_additional": 7}]}, "Aggregate": {"Docs": []}}, "name": "docs", "id": "c", "dimension": 2, "metric": "cosine", "host": "h.test", "status": {"ready": true, "state": "Ready"}, "ids": [["a"]], "distances": [], "vectors": [{"id": 1}], "matches": [{"id": 1}], "namespaces": {"": {"vectorCount": "x"}}, "fields": [{"name": "embedding", "num_dim": 2}], "num_documents": [], "results": [{"hits": [{"document": {}, "vector_distance": "x"}]}], "success": 1}""",
        """{"code": 0, "data": {"collectionName": "docs", "description": 5, "fields": [{"name": "id"}], "indexes": [{}]}}""",
        """{"code": 0, "data": {"fields": [{"name": "id", "type": "VarChar", "primaryKey": true}, {"name": "v", "type": "FloatVector", "params": []}], "indexes": [{"fieldName": "v", "metricType": "L2"}]}}""",
        """{"code": 0, "data": {"fields": [{"name": "id", "type": "VarChar", "primaryKey": true}, {"name": "v", "type": "FloatVector", "params": [{"key": "dim", "value": "x"}]}], "indexes": [{"fieldName": "v", "metricType": "L2"}]}}""",
        """{"name": "docs", "dimension": 2, "metric": "cosine", "host": "a b:c", "status": {"ready": true, "state": "Ready"}, "tags": {"hone-name-0": "xyz"}, "indexes": [{"name": "docs", "dimension": 2, "metric": "cosine", "status": {}, "tags": {"hone-name-0": "7"}}]}""",
    ];

    public static TheoryData<string, string> Cases => [.. Systems.Keys.SelectMany(_ => Answers, (system, answer) => (system, answer))];

    [Theory, MemberData(nameof(Cases))]
    public async Task An_answer_that_is_not_the_systems_is_an_error_for_people(string system, string answer)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        VectorCollection collection = new("Docs", 2, VectorMetric.Cosine);
        VectorRecord[] records = [new("a", [1, 2], new Dictionary<string, MetadataValue> { ["n"] = 1 })];
        await using IVectorIndex index = Systems[system](new OneAnswer(answer));

        await ShouldBeUnderstoodOrSaid(() => index.FindAsync("Docs", cancel));
        await ShouldBeUnderstoodOrSaid(() => index.ListAsync(cancel));
        await ShouldBeUnderstoodOrSaid(() => index.CountAsync(collection, cancel));
        await ShouldBeUnderstoodOrSaid(() => index.QueryAsync(collection, new VectorQuery([1, 2], 3), cancel));
        await ShouldBeUnderstoodOrSaid(() => index.FetchAsync(collection, ["a"], cancel));
        await ShouldBeUnderstoodOrSaid(() => index.ScanAsync(collection, cancel).FirstOrDefaultAsync(cancel).AsTask());
        await ShouldBeUnderstoodOrSaid(() => index.UpsertAsync(collection, records, cancel));
        await ShouldBeUnderstoodOrSaid(() => index.DeleteAsync(collection, ["a"], cancel));
        await ShouldBeUnderstoodOrSaid(() => index.DropAsync("Docs", cancel));
    }

    static async Task ShouldBeUnderstoodOrSaid(Func<Task> ask)
    {
        if (await Record.ExceptionAsync(ask) is { } error)
            error.ShouldBeAssignableTo<HoneException>(error.ToString());
    }

    /// <summary>Gives one answer to everything.</summary>
    sealed class OneAnswer(string answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") });
    }
}
