using System.Text.Json.Nodes;
using Hone.Server.Tests.Inference;
using Hone.Server.Tests.OpenApi;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Contract;

public sealed class StreamContractTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    const string Chunk = """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"a"},"logprobs":null,"finish_reason":null}],"usage":null}""";

    [Theory]
    [InlineData("/v1/chat/completions", """ "n":2,"seed":1,"stop":["."] """)]
    [InlineData("/v1/chat/completions", """ "logprobs":true,"top_logprobs":3 """)]
    [InlineData("/v1/chat/completions", """ "tools":[{"type":"function","function":{"name":"get_weather","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string","maxLength":10}},"required":["city"],"additionalProperties":false}}}],"tool_choice":"required" """)]
    [InlineData("/v1/chat/completions", """ "response_format":{"type":"json_object"} """)]
    [InlineData("/v1/completions", """ "n":2,"seed":1,"logprobs":2,"echo":true """)]
    public async Task Every_event_is_what_clients_expect(string path, string parameters)
    {
        HttpResponseMessage response = await stories.Server.PostAsync(path,
            $$$"""{"model":"stories260k",{{{(path == "/v1/completions" ? "\"prompt\":\"Once\"" : "\"messages\":[{\"role\":\"user\",\"content\":\"Once\"}]")}}},"max_tokens":8,"stream":true,"stream_options":{"include_usage":true},{{{parameters}}}}""");

        string[] events = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        events.Length.ShouldBeGreaterThan(3);
        events[^1].ShouldBe("data: [DONE]");
        JsonNode?[] sent = [.. events[..^1].Select(each => JsonNode.Parse(each["data: ".Length..]))];
        sent.SelectMany(each => Contract.Current.EventProblems(path, each)).Distinct().ShouldBeEmpty();
        sent.SelectMany(each => OwnDocument.Of(stories.Server.Services).EventProblems(path, each)).Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void An_event_that_clients_expect_passes() => Contract.Current.EventProblems("/v1/chat/completions", JsonNode.Parse(Chunk)).ShouldBeEmpty();

    [Theory]
    [InlineData("chat.completion.chunk", "chat.completion")]
    [InlineData("\"content\":\"a\"", "\"content\":1")]
    [InlineData("\"content\":\"a\"", "\"tool_calls\":[{\"id\":\"call_1\"}]")]
    [InlineData("\"finish_reason\":null", "\"finish_reason\":\"bored\"")]
    [InlineData("\"choices\":[", "\"choices\":[null,")]
    public void One_that_they_do_not_is_found(string right, string wrong) =>
        Contract.Current.EventProblems("/v1/chat/completions", JsonNode.Parse(Chunk.Replace(right, wrong, StringComparison.Ordinal))).ShouldNotBeEmpty();
}
