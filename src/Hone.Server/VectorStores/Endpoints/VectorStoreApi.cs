using Microsoft.AspNetCore.Routing;

namespace Hone.Server.VectorStores.Endpoints;

/// <summary>Every endpoint below <c>/v1/vector_stores</c>.</summary>
static class VectorStoreApi
{
    public static readonly Action<IEndpointRouteBuilder>[] Endpoints =
    [
        CreateVectorStore.Map,
        ListVectorStores.Map,
        RetrieveVectorStore.Map,
        UpdateVectorStore.Map,
        DeleteVectorStore.Map,
        SearchVectorStore.Map,
        CreateVectorStoreFile.Map,
        ListVectorStoreFiles.Map,
        RetrieveVectorStoreFile.Map,
        UpdateVectorStoreFile.Map,
        RetrieveVectorStoreFileContent.Map,
        DeleteVectorStoreFile.Map,
        CreateVectorStoreFileBatch.Map,
        RetrieveVectorStoreFileBatch.Map,
        CancelVectorStoreFileBatch.Map,
        ListVectorStoreBatchFiles.Map,
    ];
}
