using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Inference;
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
        string metrics = await MetricsAsync(server);

        metrics.ShouldContain("hone_completion_tokens_total{model=\"stories260k\"} 5\n");
        metrics.ShouldContain("hone_running_texts{model=\"stories260k\"} ");
        metrics.ShouldContain("hone_model_memory_bytes{model=\"stories260k\"} ");
    }

    [Fact]
    public async Task What_is_measured_of_a_model_is_shown_to_its_organisation_and_to_those_who_run_the_server()
    {
        await using TestServer server = await StoriesServer.StartAsync();
        TestAdapter.Write(server.Services.GetRequiredService<ModelRegistry>(), "ft:stories260k:acme:secret:aaaaaaaa", 1);
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string acme, _) = keys.Create("", "acme", Role.Member);
        (string other, _) = keys.Create("", "other", Role.Owner);
        (string local, _) = keys.Create("", "local", Role.ReadOnly);
        StringContent request = new(Request("ft:stories260k:acme:secret:aaaaaaaa", 2, streams: false));
        (await server.SendAsync(HttpMethod.Post, "/v1/chat/completions", request, acme)).StatusCode.ShouldBe(HttpStatusCode.OK);

        string[] seen = [await MetricsAsync(server, acme), await MetricsAsync(server, other), await MetricsAsync(server, local)];

        seen.Select(text => text.Contains("hone_completion_tokens_total{model=\"ft:stories260k:acme:secret:aaaaaaaa\"} 2\n", StringComparison.Ordinal)).ShouldBe([true, false, true]);
        seen[1].ShouldNotContain("acme");
        seen.ShouldAllBe(text => text.Contains("hone_model_memory_bytes{model=\"stories260k\"} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_left_the_memory_is_measured_no_more()
    {
        await using TestServer server = await StoriesServer.StartAsync();
        var registry = server.Services.GetRequiredService<ModelRegistry>();
        registry.Add(Path.Combine(StoriesServer.ModelsFolder, "stories260k"), "short");
        await ChatAsync(server, "short", maxTokens: 2);
        string before = await MetricsAsync(server);

        registry.Remove("short");
        server.Services.GetRequiredService<LoadedModels>().DropDeleted();
        string after = "";
        // It leaves with its last request, which may be a moment after the answer.
        await Patience.UntilAsync(async () => !(after = await MetricsAsync(server)).Contains("hone_model_memory_bytes{model=\"short\"} ", StringComparison.Ordinal), "The model has left.");

        before.ShouldContain("hone_model_memory_bytes{model=\"short\"} ");
        after.ShouldContain("hone_completion_tokens_total{model=\"short\"} 2\n");
    }

    static async Task<string> MetricsAsync(TestServer server, string? key = null) =>
        await (await server.SendAsync(HttpMethod.Get, "/metrics", key: key)).Content.ReadAsStringAsync();

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
