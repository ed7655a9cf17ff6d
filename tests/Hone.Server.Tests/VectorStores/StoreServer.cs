using System.Text.Json.Nodes;
using Hone.Server.Http;
using Hone.Server.Models;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Hone.Server.Tests.Models;
using Shouldly;

namespace Hone.Server.Tests.VectorStores;

/// <summary>A server with an embedding model and one that writes; it can be stopped and started again over its data.</summary>
sealed class StoreServer : IAsyncDisposable
{
    readonly string _models = Directory.CreateTempSubdirectory("hone-stores-").FullName;

    StoreServer() { }

    public TestServer Server { get; private set; } = null!;

    public static async Task<StoreServer> StartAsync(Func<ServerOptions, ServerOptions>? configure = null)
    {
        StoreServer server = new();
        TinyEncoder.Write(Path.Combine(server._models, ModelAliases.DefaultEmbeddingModel), seed: 3);
        string writer = Directory.CreateDirectory(Path.Combine(server._models, ModelAliases.DefaultModel)).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model)))
            File.Copy(file, Path.Combine(writer, Path.GetFileName(file)));
        server.Server = await TestServer.StartAsync(options => (configure?.Invoke(options) ?? options) with { BuiltInModels = server._models });
        return server;
    }

    public async Task<JsonNode> GetAsync(string path) => await OkAsync(await Server.GetAsync("/v1" + path));

    public async Task<JsonNode> PostAsync(string path, string body = "{}") => await OkAsync(await Server.PostAsync("/v1" + path, body));

    public async Task<JsonNode> DeleteAsync(string path) => await OkAsync(await Server.SendAsync(HttpMethod.Delete, "/v1" + path));

    /// <summary>The id of a new file.</summary>
    public async Task<string> UploadAsync(string text) => (await OkAsync(await FilesTests.Upload(Server, "user_data", text)))["id"]!.GetValue<string>();

    /// <summary>The id of a new file of any bytes.</summary>
    public async Task<string> UploadAsync(byte[] bytes)
    {
        MultipartFormDataContent form = new() { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent(bytes), "file", "f.bin" } };
        return (await OkAsync(await Server.SendAsync(HttpMethod.Post, "/v1/files", form)))["id"]!.GetValue<string>();
    }

    /// <summary>The id of a new store with files, once they are all in it.</summary>
    public async Task<string> StoreAsync(params string[] files)
    {
        string id = (await PostAsync("/vector_stores", new JsonObject { ["name"] = "s", ["file_ids"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) }.ToJsonString()))["id"]!.GetValue<string>();
        await DoneAsync(id);
        return id;
    }

    /// <summary>Waits until no file of a store is in progress.</summary>
    public async Task<JsonNode> DoneAsync(string store)
    {
        JsonNode found = null!;
        await Patience.UntilAsync(async () => (found = await GetAsync($"/vector_stores/{store}"))["status"]!.GetValue<string>() != "in_progress", "the files of the store");
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    static async Task<JsonNode> OkAsync(HttpResponseMessage answer)
    {
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await TestServer.JsonOf(answer);
    }
}
