using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Http;
using Hone.Server.Tests.Http;
using Shouldly;

namespace Hone.Server.Tests.FineTuning;

/// <summary>A server that trains: its one built-in model is stories260k, which learns in moments.</summary>
sealed class TuningServer : IAsyncDisposable
{
    public const string Model = "stories260k";

    /// <summary>The classes of tests that train: one after the other, because each uses all cores.</summary>
    public const string Collection = "Training";

    TuningServer(TestServer server, StepGate gate) => (Server, Gate) = (server, gate);

    public TestServer Server { get; }

    /// <summary>Open until a test closes it.</summary>
    public StepGate Gate { get; }

    public static async Task<TuningServer> StartAsync(Func<ServerOptions, ServerOptions>? configure = null, bool hasWorkers = true)
    {
        StepGate gate = new();
        TestServer server = await TestServer.StartAsync(options =>
        {
            options = options with { BuiltInModels = FindModels() };
            options = configure?.Invoke(options) ?? options;
            return hasWorkers ? options with { Launcher = new ThreadLauncher(options, gate) } : options;
        });
        return new TuningServer(server, gate);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Prompts with completions, as a file that can be uploaded.</summary>
    public static byte[] Examples(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"prompt": "The dog was {{i}}.", "completion": "{{(i % 2 == 0 ? " Good" : " Bad")}}"}""" + "\n")));

    public static byte[] Preferences(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i =>
            $$"""{"input": {"messages": [{"role": "user", "content": "Name {{i}}"}]}, "preferred_output": [{"role": "assistant", "content": "dog"}], "non_preferred_output": [{"role": "assistant", "content": "cat"}]}""" + "\n")));

    /// <summary>Texts that belong together, each with one that does not.</summary>
    public static byte[] Triplets(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"anchor": "dog {{i}}", "positive": "the dog was {{i}}", "negative": "the cat was {{i}}"}""" + "\n")));

    /// <summary>Texts that are more or less alike.</summary>
    public static byte[] ScoredPairs(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"sentence1": "the dog {{i}}", "sentence2": "{{(i % 2 == 0 ? "the dog" : "a ball")}} {{i}}", "score": {{(i % 2 == 0 ? 5 : i % 3)}}}""" + "\n")));

    /// <returns>The id of the file.</returns>
    public async Task<string> UploadAsync(byte[] content, string? key = null)
    {
        using MultipartFormDataContent form = new() { { new StringContent("fine-tune"), "purpose" }, { new ByteArrayContent(content), "file", "train.jsonl" } };
        JsonNode file = await SendAsync(HttpMethod.Post, "/v1/files", form, key);
        return file["id"]!.GetValue<string>();
    }

    /// <summary>Makes a job of a request that is right.</summary>
    public async Task<JsonNode> CreateAsync(object request, string? key = null) =>
        await SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"), key);

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonNode> PostAsync(string path) => SendAsync(HttpMethod.Post, path);

    /// <summary>Waits until a job is in one of some states.</summary>
    public async Task<JsonNode> WaitAsync(string job, params string[] states)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(10));
        while (true)
        {
            JsonNode found = await GetAsync($"/v1/fine_tuning/jobs/{job}");
            if (states.Contains(found["status"]!.GetValue<string>()))
                return found;
            patience.Token.IsCancellationRequested.ShouldBeFalse($"The job stays {found["status"]}.");
            await Task.Delay(20);
        }
    }

    /// <summary>What happened to a job, in order.</summary>
    public async Task<JsonNode[]> EventsAsync(string job) => [.. (await GetAsync($"/v1/fine_tuning/jobs/{job}/events?limit=1000"))["data"]!.AsArray().Reverse().Select(happened => happened!)];

    /// <summary>The adapter that a job has trained, or all weights.</summary>
    public byte[] Weights(JsonNode job) =>
        File.ReadAllBytes(Directory.GetFiles(Path.Combine(Server.DataRoot, "models", job["fine_tuned_model"]!.GetValue<string>().Replace(':', '+')), "*model.safetensors").Single());

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = null)
    {
        HttpResponseMessage response = await Server.SendAsync(method, path, content, key);
        JsonNode body = await TestServer.JsonOf(response);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    static string FindModels()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hone.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "models");
    }
}
