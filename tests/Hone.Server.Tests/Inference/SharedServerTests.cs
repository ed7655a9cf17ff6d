using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Inference;

public sealed class SharedServerTests
{
    [Fact]
    public async Task Tuned_models_and_their_checkpoints_answer_by_their_ids_and_those_of_others_are_unknown()
    {
        await using TestServer server = await StoriesServer.StartAsync();
        var registry = server.Services.GetRequiredService<ModelRegistry>();
        string[] ids = ["ft:stories260k:local:cats:aaaaaaaa", "ft:stories260k:local:cats:aaaaaaaa:ckpt-step-3"];
        for (int i = 0; i < ids.Length; i++)
            TestAdapter.Write(registry, ids[i], (ulong)i + 1);
        TestAdapter.Write(registry, "ft:stories260k:other:dogs:bbbbbbbb", 3);

        JsonNode[] answers = await Task.WhenAll(ids.Append("stories260k").Select(async id => await TestServer.JsonOf(await ChatAsync(server, id, maxTokens: 12))));
        HttpResponseMessage foreign = await ChatAsync(server, "ft:stories260k:other:dogs:bbbbbbbb", maxTokens: 2);

        answers.Select(answer => answer["model"]!.GetValue<string>()).ShouldBe([.. ids, "stories260k"]);
        answers.Select(answer => answer["choices"]![0]!["message"]!["content"]!.GetValue<string>()).Distinct().Count().ShouldBe(3);
        await foreign.ShouldBeErrorAsync(404, ErrorBody.Of("The model `ft:stories260k:other:dogs:bbbbbbbb` does not exist or you do not have access to it.", code: "model_not_found"));
    }

    [Fact]
    public async Task Too_many_requests_at_once_are_turned_away_with_the_time_to_wait()
    {
        await using TestServer server = await StoriesServer.StartAsync("""{"max_running": 1, "max_waiting": 2}""");

        HttpResponseMessage[] responses = [], turnedAway = [];
        // Where each arrives after the one before was answered, there are not too many of them.
        await Patience.UntilAsync(async () =>
        {
            responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ChatAsync(server, "stories260k", maxTokens: 400)));
            turnedAway = [.. responses.Where(response => response.StatusCode == HttpStatusCode.TooManyRequests)];
            return turnedAway.Length > 0;
        }, "Some are turned away.");

        responses.Except(turnedAway).ShouldAllBe(response => response.IsSuccessStatusCode);
        responses.Except(turnedAway).Count().ShouldBeGreaterThan(0);
        turnedAway[0].Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBe(1);
        await turnedAway[0].ShouldBeErrorAsync(429, ErrorBody.Of("The engine is currently overloaded, please try again later.", code: "engine_overloaded", type: "rate_limit_error"));
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_its_place_to_others()
    {
        await using TestServer server = await StoriesServer.StartAsync("""{"max_running": 1, "max_waiting": 3}""");

        for (int i = 0; i < 6; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(Request("stories260k", 480, streams: true)) };
            using HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            (await body.ReadAsync(new byte[10])).ShouldBeGreaterThan(0);
        }

        JsonNode last = await TestServer.JsonOf(await ChatAsync(server, "stories260k", maxTokens: 3));
        last["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task What_is_generated_is_measured()
    {
        await using TestServer server = await StoriesServer.StartAsync();

        await ChatAsync(server, "stories260k", maxTokens: 5);
        string metrics = await (await server.GetAsync("metrics")).Content.ReadAsStringAsync();

        metrics.ShouldContain("hone_completion_tokens_total{model=\"stories260k\"} 5\n");
        metrics.ShouldContain("hone_running_texts{model=\"stories260k\"} ");
        metrics.ShouldContain("hone_model_memory_bytes{model=\"stories260k\"} ");
    }

    static Task<HttpResponseMessage> ChatAsync(TestServer server, string model, int maxTokens) => server.PostAsync("v1/chat/completions", Request(model, maxTokens, streams: false));

    static string Request(string model, int maxTokens, bool streams) => new JsonObject
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Once upon a time" }),
        ["max_tokens"] = maxTokens,
        ["temperature"] = 0,
        ["stream"] = streams,
        ["logit_bias"] = new JsonObject { ["2"] = -100 },
    }.ToJsonString();
}
