using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hone.Engine.Embedding;
using Hone.Engine.Tokenizers;
using Hone.Server.Models;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Hone.Server.Tests.Models;
using OpenAI.Embeddings;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Embeddings;

public sealed class EmbeddingTests : IAsyncLifetime
{
    readonly string _models = Directory.CreateTempSubdirectory("hone-embedders-").FullName;
    TestServer _server = null!;

    string Folder => Path.Combine(_models, ModelAliases.DefaultEmbeddingModel);

    public async ValueTask InitializeAsync()
    {
        TinyEncoder.Write(Folder, seed: 3);
        string writer = Directory.CreateDirectory(Path.Combine(_models, ModelAliases.DefaultModel)).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model)))
            File.Copy(file, Path.Combine(writer, Path.GetFileName(file)));
        _server = await TestServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task The_official_client_gets_unit_vectors_in_the_order_of_its_texts()
    {
        EmbeddingClient client = _server.Client().GetEmbeddingClient("text-embedding-ada-002");

        OpenAIEmbeddingCollection all = (await client.GenerateEmbeddingsAsync(["a cat", "a much longer text about a dog", "猫"])).Value;

        all.Select(embedding => embedding.Index).ShouldBe([0, 1, 2]);
        all.Model.ShouldBe("hone-embed");
        all.Usage.InputTokenCount.ShouldBeGreaterThan(3);
        foreach (OpenAIEmbedding embedding in all)
        {
            float[] vector = embedding.ToFloats().ToArray();
            vector.Length.ShouldBe(TinyEncoder.Dimensions);
            Math.Sqrt(vector.Sum(value => (double)value * value)).ShouldBe(1, 1e-6);
        }
        all[1].ToFloats().ToArray().ShouldBe(Expected("a much longer text about a dog"));
    }

    [Fact]
    public async Task Numbers_and_base64_are_the_same_vector()
    {
        float[] numbers = Floats((await PostAsync("""{"model":"hone-embed","input":"a cat"}"""))["data"]![0]!);
        string base64 = (await PostAsync("""{"model":"hone-embed","input":["a cat"],"encoding_format":"base64"}"""))["data"]![0]!["embedding"]!.GetValue<string>();

        numbers.ShouldBe(Expected("a cat"));
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64)).ToArray().ShouldBe(numbers);
    }

    [Fact]
    public async Task Tokens_are_the_models_own_or_under_a_name_of_OpenAI_those_of_its_encoding()
    {
        using var model = EmbeddingModel.Open(Folder);
        string own = string.Join(',', model.Tokenizer.Encode("a cat sat", addSpecial: false));
        string clients = string.Join(',', Tokenizer.Tiktoken("cl100k_base").Encode("a cat sat"));

        JsonNode one = await PostAsync($$"""{"model":"hone-embed","input":[{{own}}]}""");
        JsonNode several = await PostAsync($$"""{"model":"text-embedding-3-small","input":[[{{clients}}],[{{clients}}]]}""");

        Floats(one["data"]![0]!).ShouldBe(Expected("a cat sat"));
        several["data"]!.AsArray().Count.ShouldBe(2);
        Floats(several["data"]![1]!).ShouldBe(Expected("a cat sat"));
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_made_of_length_1_again()
    {
        float[] vector = Floats((await PostAsync("""{"model":"hone-embed","input":"a cat","dimensions":8}"""))["data"]![0]!);

        vector.ShouldBe(EmbeddingModel.Shortened(Expected("a cat"), 8));
    }

    [Fact]
    public async Task A_long_text_is_refused_unless_windows_or_a_cut_are_asked_for()
    {
        string text = string.Join(' ', Enumerable.Repeat("cat", 100));

        HttpResponseMessage refused = await _server.PostAsync("/v1/embeddings", $$"""{"model":"hone-embed","input":"{{text}}"}""");
        float[] window = Floats((await PostAsync($$$"""{"model":"hone-embed","input":"{{{text}}}","hone":{"too_long":"window"}}"""))["data"]![0]!);
        JsonNode truncated = await PostAsync($$$"""{"model":"hone-embed","input":"{{{text}}}","hone":{"too_long":"truncate"}}""");

        JsonNode error = (await TestServer.JsonOf(refused))["error"]!;
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        error["code"]!.GetValue<string>().ShouldBe("context_length_exceeded");
        error["message"]!.GetValue<string>().ShouldContain("maximum context length is 39 tokens, however you requested 2");
        window.ShouldBe(Expected(text, TooLong.Window));
        Floats(truncated["data"]![0]!).ShouldBe(Expected(text, TooLong.Truncate));
        truncated["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(39);
    }

    [Fact]
    public async Task The_models_prompt_is_put_before_each_text_when_it_is_asked_for()
    {
        float[] vector = Floats((await PostAsync("""{"model":"hone-embed","input":"a cat","hone":{"prompt":"query"}}"""))["data"]![0]!);

        vector.ShouldBe(Expected("find a cat"));
    }

    [Theory]
    [InlineData("""{"model":"hone-embed"}""", "Missing required parameter: 'input'.", "input")]
    [InlineData("""{"model":"hone-embed","input":""}""", "Invalid 'input': input cannot be an empty string.", "input")]
    [InlineData("""{"model":"hone-embed","input":["a",""]}""", "Invalid 'input': input cannot be an empty string.", "input")]
    [InlineData("""{"model":"hone-embed","input":[]}""", "[] is too short - 'input'", "input")]
    [InlineData("""{"model":"hone-embed","input":[512]}""", "512 is neither a text nor tokens of this model - 'input'", "input")]
    [InlineData("""{"model":"hone-embed","input":[[1],[]]}""", "[] is neither a text nor tokens of this model - 'input'", "input")]
    [InlineData("""{"model":"hone-embed","input":["a",7]}""", "7 is neither a text nor tokens of this model - 'input'", "input")]
    [InlineData("""{"model":"text-embedding-ada-002","input":[200000]}""", "200000 is neither a text nor tokens of cl100k_base - 'input'", "input")]
    [InlineData("""{"model":"hone-embed","input":"a","dimensions":-42}""", "-42 is less than the minimum of 1 - 'dimensions'", null)]
    [InlineData("""{"model":"hone-embed","input":"a","dimensions":33}""", "Invalid value for 'dimensions' = 33. Must be less than or equal to 32.", "dimensions")]
    [InlineData("""{"model":"text-embedding-3-small","input":"a","dimensions":1536}""", "Invalid value for 'dimensions' = 1536. Must be less than or equal to 32. 'text-embedding-3-small' stands for 'hone-embed' here, whose vectors are no longer.", "dimensions")]
    [InlineData("""{"model":"hone-embed","input":"a","encoding_format":"hex"}""", "'hex' is not one of ['float', 'base64'] - 'encoding_format'", "encoding_format")]
    [InlineData("""{"model":"hone-embed","input":"a","temperature":1}""", "Unrecognized request argument supplied: temperature", "temperature")]
    [InlineData("""{"model":"hone-embed","input":"a","hone":{"pooling":"max"}}""", "Unrecognized request argument supplied: hone.pooling", "hone.pooling")]
    [InlineData("""{"model":"hone-embed","input":"a","hone":{"prompt":"none"}}""", "'none' is not one of ['query'] - 'hone.prompt'", "hone.prompt")]
    [InlineData("""{"model":"hone-embed","input":"a","hone":{"too_long":"cut"}}""", "'cut' is not one of ['error', 'window', 'truncate'] - 'hone.too_long'", "hone.too_long")]
    public async Task A_request_that_cannot_be_meant_is_refused_by_name(string body, string message, string? param)
    {
        HttpResponseMessage answer = await _server.PostAsync("/v1/embeddings", body);

        string? code = message.StartsWith("Missing", StringComparison.Ordinal) ? "missing_required_parameter" : message.StartsWith("Unrecognized", StringComparison.Ordinal) ? "unknown_parameter" : null;
        await answer.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task Too_many_inputs_or_tokens_are_refused()
    {
        string inputs = string.Join(',', Enumerable.Repeat("\"a\"", 2049));
        string tokens = string.Join(',', Enumerable.Repeat('[' + string.Join(',', Enumerable.Repeat('7', 200)) + ']', 1501));

        HttpResponseMessage many = await _server.PostAsync("/v1/embeddings", $$"""{"model":"hone-embed","input":[{{inputs}}]}""");
        HttpResponseMessage large = await _server.PostAsync("/v1/embeddings", $$"""{"model":"hone-embed","input":[{{tokens}}]}""");

        await many.ShouldBeErrorAsync(400, ErrorBody.Of("2049 items are too many, at most 2048 are possible - 'input'", "input"));
        await large.ShouldBeErrorAsync(400, ErrorBody.Of("Requested 300200 tokens, max 300000 tokens per request", "input", "max_tokens_per_request"));
    }

    [Fact]
    public async Task A_model_does_only_what_its_kind_can()
    {
        HttpResponseMessage unknown = await _server.PostAsync("/v1/embeddings", """{"model":"none","input":"a"}""");
        HttpResponseMessage chat = await _server.PostAsync("/v1/chat/completions", """{"model":"hone-embed","messages":[{"role":"user","content":"a"}]}""");
        HttpResponseMessage decoder = await _server.PostAsync("/v1/embeddings", """{"model":"hone-nano","input":"a"}""");

        await unknown.ShouldBeErrorAsync(404, ErrorBody.Of("The model `none` does not exist or you do not have access to it.", code: "model_not_found"));
        chat.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TestServer.JsonOf(chat))["error"]!["message"]!.GetValue<string>().ShouldContain("is an encoder");
        decoder.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode refusal = (await TestServer.JsonOf(decoder))["error"]!;
        refusal["message"]!.GetValue<string>().ShouldStartWith("The model hone-nano cannot make embeddings: This model writes text (llama)");
        refusal["param"]!.GetValue<string>().ShouldBe("model");
    }

    [Fact]
    public async Task Requests_at_the_same_time_get_each_its_own_vectors()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => string.Join(' ', Enumerable.Repeat($"word{i}", 1 + (i % 5))))];

        JsonNode[] answers = await Task.WhenAll(texts.Select(text => PostAsync($$"""{"model":"hone-embed","input":["{{text}}","{{text}} too"]}""")));

        for (int i = 0; i < texts.Length; i++)
        {
            Floats(answers[i]["data"]![0]!).ShouldBe(Expected(texts[i]));
            Floats(answers[i]["data"]![1]!).ShouldBe(Expected(texts[i] + " too"));
        }
    }

    [Fact]
    public async Task A_batch_makes_embeddings_too()
    {
        string[] lines = [.. Enumerable.Range(0, 3).Select(i => $$$"""{"custom_id":"{{{i}}}","method":"POST","url":"/v1/embeddings","body":{"model":"hone-embed","input":"text {{{i}}}"}}""")];
        JsonNode file = await TestServer.JsonOf(await FilesTests.Upload(_server, "batch", string.Join('\n', lines)));

        JsonNode batch = await TestServer.JsonOf(await _server.PostAsync("/v1/batches", $$"""{"input_file_id":"{{file["id"]}}","endpoint":"/v1/embeddings","completion_window":"24h"}"""));
        while (batch["status"]!.GetValue<string>() is "validating" or "in_progress" or "finalizing")
        {
            await Task.Delay(20);
            batch = await TestServer.JsonOf(await _server.GetAsync($"/v1/batches/{batch["id"]}"));
        }

        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":3,"completed":3,"failed":0}""", batch.ToJsonString());
        batch["usage"]!["input_tokens"]!.GetValue<int>().ShouldBeGreaterThan(3);
        string output = await (await _server.GetAsync($"/v1/files/{batch["output_file_id"]}/content")).Content.ReadAsStringAsync();
        foreach (JsonNode answer in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!))
            Floats(answer["response"]!["body"]!["data"]![0]!).ShouldBe(Expected($"text {answer["custom_id"]}"));
    }

    async Task<JsonNode> PostAsync(string body)
    {
        HttpResponseMessage answer = await _server.PostAsync("/v1/embeddings", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await TestServer.JsonOf(answer);
    }

    float[] Expected(string text, TooLong tooLong = TooLong.Error)
    {
        using var model = EmbeddingModel.Open(Folder);
        return model.Embed([model.Tokenizer.Encode(text, addSpecial: false)], tooLong)[0];
    }

    static float[] Floats(JsonNode item) => [.. item["embedding"]!.AsArray().Select(value => value!.GetValue<float>())];
}
