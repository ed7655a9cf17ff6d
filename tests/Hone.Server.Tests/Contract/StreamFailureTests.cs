using System.Text;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Engine.Models;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Contract;

/// <summary>A model that reads its prompt and fails after its first token: that token's row of the embedding is no number.</summary>
public sealed class StreamFailureTests : IAsyncLifetime
{
    const int Token = 300;

    readonly string _models = Directory.CreateTempSubdirectory("hone-broken-").FullName;
    TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        WriteModel();
        _server = await TestServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """ "messages":[{"role":"user","content":"Once upon a time"}] """)]
    [InlineData("/v1/completions", """ "prompt":"Once upon a time" """)]
    public async Task What_goes_wrong_after_the_first_event_is_an_event_and_the_connection_is_cut(string path, string prompt)
    {
        string request = $$$"""{"model":"broken",{{{prompt}}},"max_tokens":5,"stream":true,"logit_bias":{"{{{Token}}}":100}}""";
        using RawConnection connection = await RawConnection.OpenAsync(_server.Http.BaseAddress!);

        await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(request)}\r\n\r\n{request}");
        string answer = await connection.ReceiveAsync(TimeSpan.FromMinutes(2));

        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        string[] events = [.. answer.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..].TrimEnd('\r'))];
        events.Length.ShouldBeGreaterThan(1);
        events[..^1].ShouldAllBe(sent => JsonNode.Parse(sent, null, default)!["choices"] != null);
        events[^1].ShouldBe(ErrorBody.Of("The model computes no finite logits for this text. Its weights may be damaged; verify or download the model again."));
        // The last chunk, of no bytes, is missing: that tells clients which read no events of errors.
        answer.ShouldNotEndWith("0\r\n\r\n");
    }

    /// <summary>stories260k, whose head is its embedding: written apart, the one can be damaged without the other.</summary>
    void WriteModel()
    {
        string source = Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model);
        string config = Path.Combine(_models, "config.json");
        JsonNode shape = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!;
        shape["tie_word_embeddings"] = false;
        File.WriteAllText(config, shape.ToJsonString());
        using var folder = ModelFolder.Open(source);
        List<Parameter> weights = [.. folder.Load().Parameters];
        Parameter embedding = weights.Single(weight => weight.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal));
        weights.Add(new Parameter("lm_head.weight", embedding.Shape, embedding.Data.ToArray()));
        float[] damaged = embedding.Data.ToArray();
        damaged.AsSpan(Token * embedding.Columns, embedding.Columns).Fill(float.NaN);
        weights[weights.IndexOf(embedding)] = new Parameter(embedding.Name, embedding.Shape, damaged);
        ModelFolder.Write(Path.Combine(_models, "broken"), config, source, weights, ElementType.F32);
    }
}
