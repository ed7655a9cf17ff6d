using System.Net;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Inference;

/// <summary>Models whose tokenizer has 512 tokens, and whose weights have 300.</summary>
public sealed class MissingTokenTests : IAsyncLifetime
{
    readonly string _models = Directory.CreateTempSubdirectory("hone-missing-").FullName;
    TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        TinyEncoder.Write(Path.Combine(_models, "encoder"), seed: 3, tokens: 300);
        string stories = Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model), config = Path.Combine(_models, "writer.config");
        await File.WriteAllTextAsync(config, """
            {"model_type":"llama","hidden_size":8,"num_attention_heads":2,"num_hidden_layers":1,"intermediate_size":12,"vocab_size":300,"max_position_embeddings":64,"dtype":"float32"}
            """);
        ModelConfig read = ModelConfig.Read(config, Architectures.Names);
        ModelFolder.Write(Path.Combine(_models, "writer"), config, stories, Architectures.Create(read, new RandomWeights(read, 1, ElementType.F32)).Parameters, ElementType.F32);
        _server = await TestServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Theory]
    [InlineData("embeddings", """{"model":"encoder","input":[299,300]}""", "300 is neither a text nor tokens of this model - 'input'")]
    [InlineData("embeddings", """{"model":"encoder","input":[[1],[511]]}""", "511 is neither a text nor tokens of this model - 'input'")]
    [InlineData("embeddings", """{"model":"encoder","input":["\u0001","a cat"]}""", "which this model's weights do not have")]
    [InlineData("embeddings", """{"model":"encoder","input":[7],"hone":{"prompt":"query"}}""", "which this model's weights do not have")]
    [InlineData("completions", """{"model":"writer","prompt":[299,300]}""", "300 is neither a text nor tokens of this model - 'prompt'")]
    [InlineData("completions", """{"model":"writer","prompt":["\u0001","its dog"]}""", "which this model's weights do not have")]
    [InlineData("completions", """{"model":"writer","prompt":"its dog","stream":true}""", "which this model's weights do not have")]
    [InlineData("completions", """{"model":"writer","prompt":"its dog","max_tokens":0,"echo":true,"logprobs":1}""", "which this model's weights do not have")]
    [InlineData("chat/completions", """{"model":"writer","messages":[{"role":"user","content":"its dog"}]}""", "the model's tokens are 0 to 299")]
    public async Task Tokens_without_weights_are_the_callers_mistake(string endpoint, string request, string message)
    {
        HttpResponseMessage answer = await _server.PostAsync($"/v1/{endpoint}", request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        (await TestServer.JsonOf(answer))["error"]!["message"]!.GetValue<string>().ShouldContain(message);
    }

    [Theory]
    [InlineData("embeddings", """{"model":"encoder","input":[299]}""")]
    [InlineData("completions", """{"model":"writer","prompt":[299],"max_tokens":2}""")]
    public async Task The_last_token_of_the_weights_is_taken(string endpoint, string request)
    {
        HttpResponseMessage answer = await _server.PostAsync($"/v1/{endpoint}", request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
