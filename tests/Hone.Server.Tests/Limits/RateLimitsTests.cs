using System.Globalization;
using System.Net;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.Limits;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Limits;

public sealed class RateLimitsTests
{
    [Fact]
    public async Task Beyond_its_requests_per_minute_a_key_waits_and_others_do_not()
    {
        StoppedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock, Config = Settings(options, """{"limits": {"requests_per_minute": 3}}""") });
        var keys = server.Services.GetRequiredService<ApiKeys>();
        (string one, _) = keys.Create("", "one", Role.Member);
        (string two, _) = keys.Create("", "two", Role.Member);

        HttpResponseMessage[] responses = [await Get(one), await Get(one), await Get(one), await Get(one)];
        HttpStatusCode other = (await Get(two)).StatusCode;
        clock.Now += TimeSpan.FromSeconds(20);
        HttpStatusCode later = (await Get(one)).StatusCode;

        responses.Select(response => response.StatusCode).ShouldBe([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
        responses.Select(response => Header(response, "x-ratelimit-remaining-requests")).ShouldBe(["2", "1", "0", "0"]);
        responses.Select(response => Header(response, "x-ratelimit-reset-requests")).ShouldBe(["20s", "40s", "1m0s", "1m0s"]);
        Header(responses[0], "x-ratelimit-limit-requests").ShouldBe("3");
        Header(responses[3], "Retry-After").ShouldBe("20");
        await responses[3].ShouldBeErrorAsync(429, ErrorBody.Of(
            "Rate limit reached in organization one on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.", code: "rate_limit_exceeded", type: "requests"));
        other.ShouldBe(HttpStatusCode.OK);
        later.ShouldBe(HttpStatusCode.OK);

        Task<HttpResponseMessage> Get(string key) => server.SendAsync(HttpMethod.Get, "/v1/models", key: key);
    }

    [Fact]
    public async Task Beyond_its_tokens_per_minute_a_key_waits_too()
    {
        StoppedClock clock = new();
        int tokens = StoriesServer.PromptTokens("Hi");
        await using TestServer server = await TestServer.StartAsync(options => options with
        {
            Clock = clock,
            BuiltInModels = StoriesServer.ModelsFolder,
            Config = Settings(options, $$$"""{"limits": {"tokens_per_minute": {{{tokens + 1}}}}}"""),
        });
        const string Request = """{"model": "stories260k", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1, "logit_bias": {"1": -100, "2": -100}}""";

        HttpResponseMessage first = await server.PostAsync("/v1/chat/completions", Request);
        HttpResponseMessage second = await server.PostAsync("/v1/chat/completions", Request);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(second, "x-ratelimit-remaining-tokens").ShouldBe("0");
        string wait = RateLimitHeaders.Duration(TimeSpan.FromMinutes((double)tokens / (tokens + 1)));
        await second.ShouldBeErrorAsync(429, ErrorBody.Of(
            $"Rate limit reached in organization local on tokens per min (TPM): Limit {tokens + 1}, Used {tokens + 1}, Requested {tokens}. Please try again in {wait}.", code: "rate_limit_exceeded", type: "tokens"));
    }

    [Fact]
    public async Task What_a_client_was_sent_before_it_went_away_is_counted()
    {
        StoppedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock, BuiltInModels = StoriesServer.ModelsFolder, Config = Settings(options, """{"limits": {"tokens_per_minute": 1000}}""") });
        int prompt = StoriesServer.PromptTokens("Hi");
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model": "stories260k", "stream": true, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 400, "logit_bias": {"1": -100, "2": -100}}"""),
        };

        using (HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await using Stream events = await response.Content.ReadAsStreamAsync();
            await events.ReadAtLeastAsync(new byte[1000], 1000);
        }

        await Patience.UntilAsync(async () => int.Parse(Header(await server.GetAsync("/v1/models"), "x-ratelimit-remaining-tokens"), CultureInfo.InvariantCulture) < 1000 - prompt, "The tokens are counted.");
    }

    [Fact]
    public async Task A_request_that_is_turned_away_costs_no_tokens()
    {
        StoppedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with
        {
            Clock = clock, BuiltInModels = StoriesServer.ModelsFolder, Config = Settings(options, """{"limits": {"tokens_per_minute": 1000}, "inference": {"max_waiting": 3}}"""),
        });

        HttpResponseMessage response = await server.PostAsync("/v1/completions", """{"model": "stories260k", "prompt": ["a", "b"], "n": 2}""");

        await response.ShouldBeErrorAsync(400, ErrorBody.Of("The request asks for 4 texts; at most 3 are possible at once. Send fewer prompts, or ask for fewer choices."));
        Header(response, "x-ratelimit-remaining-tokens").ShouldBe("1000");
    }

    [Fact]
    public void Tokens_that_were_not_needed_are_given_back_and_those_that_came_in_addition_are_missing()
    {
        StoppedClock clock = new();
        RateLimits limits = new(new ServerSettings { Limits = new LimitSettings { TokensPerMinute = 600 } }, clock);

        limits.TakeTokens(Caller.Local, 500);
        limits.SettleTokens(Caller.Local, -400);
        limits.TakeTokens(Caller.Local, 500);
        limits.SettleTokens(Caller.Local, 100);
        ApiError error = Should.Throw<ApiError>(() => limits.TakeTokens(Caller.Local, 50));
        clock.Now += TimeSpan.FromSeconds(15);
        limits.TakeTokens(Caller.Local, 50);

        error.Status.ShouldBe(429);
        error.Type.ShouldBe("tokens");
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void A_request_larger_than_a_minutes_worth_waits_for_a_full_bucket_and_not_for_ever()
    {
        StoppedClock clock = new();
        RateLimits limits = new(new ServerSettings { Limits = new LimitSettings { TokensPerMinute = 60 } }, clock);

        limits.TakeTokens(Caller.Local, 1000);
        Should.Throw<ApiError>(() => limits.TakeTokens(Caller.Local, 1));
        clock.Now += TimeSpan.FromMinutes(20);

        limits.TakeTokens(Caller.Local, 1000);
    }

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(6, "6ms")]
    [InlineData(1000, "1s")]
    [InlineData(1500, "1.5s")]
    [InlineData(360_000, "6m0s")]
    public void A_time_is_written_as_clients_read_it(int milliseconds, string text) => RateLimitHeaders.Duration(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(text);

    static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    static string Settings(ServerOptions options, string json)
    {
        Directory.CreateDirectory(options.Data.Root);
        string path = Path.Combine(options.Data.Root, "test-settings.json");
        File.WriteAllText(path, json);
        return path;
    }
}
