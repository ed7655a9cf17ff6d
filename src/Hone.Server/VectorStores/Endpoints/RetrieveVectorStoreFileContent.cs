using Hone.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>GET /v1/vector_stores/{id}/files/{file}/content: the parts that can be found, in order.</summary>
static class RetrieveVectorStoreFileContent
{
    public sealed record ContentPage(IReadOnlyList<VectorStoreText> Data)
    {
        public string Object { get; } = "vector_store.file_content.page";

        public bool HasMore { get; }

        public string? NextPage { get; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/vector_stores/{id}/files/{file}/content", Handle);

    static async Task<ContentPage> Handle(string id, string file, Caller caller, VectorStoreRows rows, StoreVectors vectors, CancellationToken cancel) =>
        new([.. (await vectors.TextsAsync(rows.FindFile(rows.Find(id, caller.Organisation).Id, file), cancel)).Select(text => new VectorStoreText(text))]);
}
