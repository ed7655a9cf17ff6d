using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Files;
using OpenAI.VectorStores;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores;

/// <summary>The official client, unchanged.</summary>
public sealed class VectorStoreClientTests
{
    [Fact]
    public async Task The_official_client_makes_fills_searches_and_deletes_a_store()
    {
        await using StoreServer server = await StoreServer.StartAsync();
        VectorStoreClient client = server.Server.Client().GetVectorStoreClient();
        OpenAIFileClient files = server.Server.Client().GetOpenAIFileClient();
        OpenAIFile cats = await files.UploadFileAsync(new MemoryStream("Cats sleep all day."u8.ToArray()), "猫.txt", FileUploadPurpose.Assistants);
        OpenAIFile trains = await files.UploadFileAsync(new MemoryStream("Trains leave at noon."u8.ToArray()), "trains.txt", FileUploadPurpose.Assistants);

        VectorStore store = await client.CreateVectorStoreAsync(new VectorStoreCreationOptions
        {
            Name = "手册",
            FileIds = { cats.Id },
            ChunkingStrategy = FileChunkingStrategy.CreateStaticStrategy(200, 50),
            ExpirationPolicy = new VectorStoreExpirationPolicy(VectorStoreExpirationAnchor.LastActiveAt, 3),
            Metadata = { ["k"] = "v" },
        });
        VectorStoreFile attached = await client.AddFileToVectorStoreAsync(store.Id, trains.Id);
        await server.DoneAsync(store.Id);
        VectorStore filled = await client.GetVectorStoreAsync(store.Id);
        List<string> listed = [];
        await foreach (VectorStoreFile file in client.GetVectorStoreFilesAsync(store.Id, new VectorStoreFileCollectionOptions { PageSizeLimit = 1, Filter = VectorStoreFileStatusFilter.Completed }))
            listed.Add(file.FileId);
        ClientResult found = await client.SearchVectorStoreAsync(store.Id, BinaryContent.Create(BinaryData.FromString("""{"query":"Trains leave at noon."}""")));
        VectorStoreFileBatch batch = await client.AddFileBatchToVectorStoreAsync(store.Id, [cats.Id]);
        await server.DoneAsync(store.Id);
        VectorStoreFileBatch done = await client.GetVectorStoreFileBatchAsync(store.Id, batch.BatchId);
        VectorStore renamed = await client.ModifyVectorStoreAsync(store.Id, new VectorStoreModificationOptions { Name = "new" });
        FileFromStoreRemovalResult removed = await client.RemoveFileFromVectorStoreAsync(store.Id, trains.Id);
        VectorStoreDeletionResult deleted = await client.DeleteVectorStoreAsync(store.Id);

        (store.Name, store.ExpirationPolicy.Days, store.Metadata["k"]).ShouldBe(("手册", 3, "v"));
        attached.Status.ShouldBe(VectorStoreFileStatus.InProgress);
        (filled.Status, filled.FileCounts.Completed, filled.FileCounts.Total).ShouldBe((VectorStoreStatus.Completed, 2, 2));
        listed.ShouldBe([trains.Id, cats.Id]);
        JsonNode.Parse(found.GetRawResponse().Content)!["data"]![0]!["filename"]!.GetValue<string>().ShouldBe("trains.txt");
        done.FileCounts.Completed.ShouldBe(1);
        renamed.Name.ShouldBe("new");
        (removed.Removed, deleted.Deleted).ShouldBe((true, true));
        (await Should.ThrowAsync<ClientResultException>(async () => await client.GetVectorStoreAsync(store.Id))).Status.ShouldBe(404);
    }
}
