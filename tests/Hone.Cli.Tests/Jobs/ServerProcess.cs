using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Jobs;

/// <summary>The real <c>hone serve</c> on a free port, in a process that can be killed, and its workers with it.</summary>
sealed class ServerProcess : IDisposable
{
    readonly Process _process;

    ServerProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
        Http = new HttpClient { BaseAddress = new Uri(url.GetLeftPart(UriPartial.Authority)), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>What clients take as their base.</summary>
    public Uri Url { get; }

    public HttpClient Http { get; }

    public static ServerProcess Start(string data)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", data, "--json", "--lang", "en"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server ended before it listened.");
        return new ServerProcess(process, new Uri(JsonNode.Parse(line)!["listening"]!.GetValue<string>()));
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        using HttpResponseMessage response = await Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(body)! : throw new InvalidOperationException(body);
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, new StringContent(JsonSerializer.Serialize(body)));

    /// <returns>The id of the file.</returns>
    public async Task<string> UploadAsync(byte[] content, string name, string purpose = "fine-tune")
    {
        using MultipartFormDataContent form = new() { { new StringContent(purpose), "purpose" }, { new ByteArrayContent(content), "file", name } };
        return (await SendAsync(HttpMethod.Post, "/v1/files", form))["id"]!.GetValue<string>();
    }

    /// <summary>SIGKILL: not a word is said to anybody.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        Http.Dispose();
    }
}
