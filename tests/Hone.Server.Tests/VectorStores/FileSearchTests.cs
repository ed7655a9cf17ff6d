using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores;

public sealed class FileSearchTests : IAsyncLifetime
{
    StoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StoreServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Who sat?", "Passages from files that may be of use:\n\n[1] examples.jsonl\nA cat sat.\n\nQuestion: Who sat?")]
    [InlineData("谁坐着？", "以下是文件中可能有用的段落：\n\n[1] examples.jsonl\nA cat sat.\n\n问题：谁坐着？")]
    public async Task Passages_are_put_before_the_question_and_listed(string question, string prompt)
    {
        string file = await _server.UploadAsync("A cat sat."), store = await _server.StoreAsync(file);

        JsonNode answer = await AskAsync(question, $$"""{"vector_store_ids":["{{store}}"],"max_num_results":1}""");

        string filename = (await _server.GetAsync($"/files/{file}"))["filename"]!.GetValue<string>();
        answer["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(StoriesServer.PromptTokens(prompt.Replace("examples.jsonl", filename, StringComparison.Ordinal)));
        JsonNode search = answer["hone"]!["file_search"]!;
        search["query"]!.GetValue<string>().ShouldBe(question);
        JsonNode found = search["results"]!.AsArray().Single()!;
        (found["file_id"]!.GetValue<string>(), found["content"]![0]!["text"]!.GetValue<string>()).ShouldBe((file, "A cat sat."));
    }

    [Fact]
    public async Task What_is_too_weak_leaves_the_prompt_as_it_is()
    {
        string store = await _server.StoreAsync(await _server.UploadAsync("A cat sat."));

        JsonNode answer = await AskAsync("Who sat?", $$"""{"vector_store_ids":["{{store}}"],"score_threshold":1}""");

        answer["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(StoriesServer.PromptTokens("Who sat?"));
        answer["hone"]!["file_search"]!["results"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_lists_them_with_its_end()
    {
        string store = await _server.StoreAsync(await _server.UploadAsync("A cat sat."));

        HttpResponseMessage answer = await _server.Server.PostAsync("/v1/chat/completions", $$$$"""{"model":"hone-nano","max_tokens":2,"stream":true,"messages":[{"role":"user","content":"Who?"}],"hone":{"file_search":{"vector_store_ids":["{{{{store}}}}"]}}}""");

        JsonNode[] chunks = [.. (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(chunk => chunk != "data: [DONE]").Select(chunk => JsonNode.Parse(chunk["data: ".Length..])!)];
        chunks[^1]["hone"]!["file_search"]!["results"]!.AsArray().Count.ShouldBe(1);
        chunks[..^1].ShouldAllBe(chunk => chunk["hone"] == null);
    }

    [Theory]
    [InlineData("""{"file_search":{"vector_store_ids":["vs_none"]}}""", 404, "Vector store with id 'vs_none' not found.", "hone.file_search.vector_store_ids", null)]
    [InlineData("""{"file_search":{"vector_store_ids":[]}}""", 400, "[] is too short - 'hone.file_search.vector_store_ids'", "hone.file_search.vector_store_ids", null)]
    [InlineData("""{"file_search":{}}""", 400, "Missing required parameter: 'hone.file_search.vector_store_ids'.", "hone.file_search.vector_store_ids", "missing_required_parameter")]
    [InlineData("""{"file_serach":{}}""", 400, "Unrecognized request argument supplied: hone.file_serach", "hone.file_serach", "unknown_parameter")]
    public async Task A_search_that_cannot_be_meant_is_refused_by_name(string extension, int status, string message, string param, string? code)
    {
        HttpResponseMessage answer = await _server.Server.PostAsync("/v1/chat/completions", $$$"""{"model":"hone-nano","messages":[{"role":"user","content":"Who?"}],"hone":{{{extension}}}}""");

        await answer.ShouldBeErrorAsync(status, ErrorBody.Of(message, param, code));
    }

    Task<JsonNode> AskAsync(string question, string search) =>
        _server.PostAsync("/chat/completions", $$$"""{"model":"hone-nano","max_tokens":2,"messages":[{"role":"user","content":"{{{question}}}"}],"hone":{"file_search":{{{search}}}}}""");
}
