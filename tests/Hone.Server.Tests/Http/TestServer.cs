using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Http;
using Hone.Server.Storage;
using Hone.Server.Tests.Contract;
using Hone.Server.Tests.Models;
using Hone.Server.Tests.OpenApi;
using OpenAI;

namespace Hone.Server.Tests.Http;

/// <summary>A real server on a free port, over a data folder of its own, with one tiny built-in model: hone-nano.</summary>
sealed class TestServer : IAsyncDisposable
{
    /// <summary>Longer than anything takes, also on a machine with much else to do.</summary>
    static readonly TimeSpan Patient = TimeSpan.FromMinutes(5);

    readonly HoneServer _server;
    readonly string _root;

    TestServer(HoneServer server, string root)
    {
        _server = server;
        _root = root;
        Http = new HttpClient(new ContractHandler(OwnDocument.Of(server.Services))) { BaseAddress = server.Urls[0], Timeout = Patient };
    }

    /// <summary>Sends no key unless one is set. Every answer is held against the contract.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _server.Services;

    public string DataRoot => Path.Combine(_root, "data");

    public static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? configure = null)
    {
        string root = Directory.CreateTempSubdirectory("hone-server-").FullName;
        TinyModel.Write(Path.Combine(root, "built-in", "hone-nano"), seed: 5);
        ServerOptions options = new(new DataFolder(Path.Combine(root, "data")))
        {
            Urls = ["http://127.0.0.1:0"],
            BuiltInModels = Path.Combine(root, "built-in"),
            StopTimeout = Patient,
        };
        HoneServer server = HoneServer.Build(configure?.Invoke(options) ?? options);
        await server.StartAsync();
        return new TestServer(server, root);
    }

    /// <summary>The official client, as a script would make it: only the address is another.</summary>
    public OpenAIClient Client(string key = "sk-any") =>
        new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(_server.Urls[0], "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0), NetworkTimeout = Patient, Transport = new HttpClientPipelineTransport(Http) });

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = null)
    {
        HttpRequestMessage request = new(method, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return Http.SendAsync(request);
    }

    /// <summary>The body as JSON.</summary>
    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public Task StopAsync() => _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
