using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Chat;

public sealed class StoredCompletionTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StoriesServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_completion_is_kept_when_asked_for_and_can_be_read_changed_and_deleted()
    {
        string id = await StoreAsync("""{"topic":"cats","n":"1"}""");
        await CompleteAsync("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"max_tokens":1}""");

        JsonNode stored = await JsonOf(await _server.GetAsync($"v1/chat/completions/{id}"));
        stored["object"]!.GetValue<string>().ShouldBe("chat.completion");
        stored["metadata"]!.ToJsonString().ShouldBe("""{"n":"1","topic":"cats"}""");
        stored["temperature"]!.GetValue<double>().ShouldBe(0.5);
        stored["top_p"]!.GetValue<double>().ShouldBe(1);
        stored["input_user"]!.GetValue<string>().ShouldBe("ann");
        stored["request_id"]!.GetValue<string>().ShouldStartWith("req_");
        stored["choices"]![0]!["message"]!.AsObject().Select(member => member.Key).ShouldBe(["role", "content"]);

        JsonNode updated = await JsonOf(await _server.PostAsync($"v1/chat/completions/{id}", """{"metadata":{"topic":"dogs"}}"""));
        updated["metadata"]!.ToJsonString().ShouldBe("""{"topic":"dogs"}""");

        JsonNode list = await JsonOf(await _server.GetAsync("v1/chat/completions"));
        list["data"]!.AsArray().ShouldHaveSingleItem();

        string deleted = await (await _server.SendAsync(HttpMethod.Delete, $"v1/chat/completions/{id}")).Content.ReadAsStringAsync();
        deleted.ShouldBe($$"""{"id":"{{id}}","object":"chat.completion.deleted","deleted":true}""");
        await (await _server.GetAsync($"v1/chat/completions/{id}")).ShouldBeErrorAsync(404, ErrorBody.Of($"Completion {id} not found", "completion_id", "not_found"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/messages")]
    public async Task A_completion_that_is_not_kept_is_404_everywhere(string method, string path)
    {
        StringContent? body = method == "POST" ? new StringContent("""{"metadata":null}""") : null;

        HttpResponseMessage response = await _server.SendAsync(new HttpMethod(method), $"v1/chat/completions/chatcmpl-none{path}", body);

        await response.ShouldBeErrorAsync(404, ErrorBody.Of("Completion chatcmpl-none not found", "completion_id", "not_found"));
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused()
    {
        string id = await StoreAsync("{}");

        await (await _server.PostAsync($"v1/chat/completions/{id}", "{}")).ShouldBeErrorAsync(400, ErrorBody.Of("Missing required parameter: 'metadata'.", "metadata", "missing_required_parameter"));
        await (await _server.PostAsync($"v1/chat/completions/{id}", """{"metadata":{},"model":"m"}""")).ShouldBeErrorAsync(400, ErrorBody.Of("Unrecognized request argument supplied: model", "model", "unknown_parameter"));
        await (await _server.GetAsync($"v1/chat/completions/{id}/messages?after=other")).ShouldBeErrorAsync(404, ErrorBody.Of("Message other not found", "after", "not_found"));
        await (await _server.GetAsync("v1/chat/completions?limit=0")).ShouldBeErrorAsync(400, ErrorBody.Of("0 is less than the minimum of 1 - 'limit'", "limit"));
    }

    [Fact]
    public async Task Messages_are_those_of_the_request_page_by_page()
    {
        string id = await StoreAsync("{}");

        JsonNode first = await JsonOf(await _server.GetAsync($"v1/chat/completions/{id}/messages?limit=1"));
        JsonNode second = await JsonOf(await _server.GetAsync($"v1/chat/completions/{id}/messages?limit=1&after={id}-0"));
        JsonNode reversed = await JsonOf(await _server.GetAsync($"v1/chat/completions/{id}/messages?order=desc"));

        first["data"]![0]!.ToJsonString().ShouldBe($$"""{"id":"{{id}}-0","role":"system","content":"Be kind.","content_parts":null,"name":null}""");
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        second["data"]![0]!["content"].ShouldBeNull();
        second["data"]![0]!["content_parts"]![0]!["text"]!.GetValue<string>().ShouldBe("A cat");
        second["has_more"]!.GetValue<bool>().ShouldBeFalse();
        reversed["first_id"]!.GetValue<string>().ShouldBe($"{id}-1");
    }

    [Fact]
    public async Task Lists_are_filtered_and_the_newest_comes_first()
    {
        string cats = await StoreAsync("""{"topic":"cats"}"""), dogs = await StoreAsync("""{"topic":"dogs"}"""), streamed = await StoreAsync("""{"topic":"cats"}""", streams: true);

        (await IdsAsync("")).ShouldBe([streamed, dogs, cats]);
        (await IdsAsync("?order=asc&limit=2")).ShouldBe([cats, dogs]);
        (await IdsAsync($"?after={dogs}")).ShouldBe([cats]);
        (await IdsAsync("?metadata%5Btopic%5D=cats")).ShouldBe([streamed, cats]);
        (await IdsAsync("?model=nothing")).ShouldBeEmpty();
        (await IdsAsync("?model=stories260k&metadata[topic]=dogs")).ShouldBe([dogs]);
    }

    async Task<string[]> IdsAsync(string query) =>
        [.. (await JsonOf(await _server.GetAsync($"v1/chat/completions{query}")))["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    async Task<string> StoreAsync(string metadata, bool streams = false)
    {
        string body = await CompleteAsync($$"""
            {"model":"stories260k","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":[{"type":"text","text":"A cat"}]}],
             "max_tokens":2,"temperature":0.5,"user":"ann","store":true,"metadata":{{metadata}},"stream":{{(streams ? "true" : "false")}}}
            """);
        int at = body.IndexOf("chatcmpl-", StringComparison.Ordinal);
        return body[at..body.IndexOf('"', at)];
    }

    async Task<string> CompleteAsync(string request)
    {
        HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", request);
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return body;
    }

    static async Task<JsonNode> JsonOf(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonNode.Parse(body)!;
    }
}
