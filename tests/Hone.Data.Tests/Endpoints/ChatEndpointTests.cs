using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hone.Data.Endpoints;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Endpoints;

public sealed class ChatEndpointTests
{
    const string Key = "sk-secret-1234";

    static readonly ChatQuestion Question = new([new("system", "Be short."), new("user", "你好?")], 7);

    readonly ImpatientClock _clock = new();

    [Fact]
    public async Task A_question_is_sent_as_the_interface_says_and_its_answer_is_read()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Text("Hello."));

        ChatReply reply = await AskAsync(handler);

        reply.ShouldBe(new ChatReply("Hello.", 10, 2));
        handler.Keys.ShouldBe([$"Bearer {Key}"]);
        JsonNode.DeepEquals(handler.Requests[0], JsonNode.Parse("""
            {"model": "m", "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "你好?"}], "max_tokens": 7, "temperature": 0}
            """)).ShouldBeTrue(handler.Requests[0].ToJsonString());
    }

    [Theory]
    [InlineData("http://h:1/v1", "http://h:1/v1/chat/completions")]
    [InlineData("http://h:1/v1/", "http://h:1/v1/chat/completions")]
    [InlineData("https://h/v1/chat/completions", "https://h/v1/chat/completions")]
    [InlineData("https://h/openai?api-version=3", "https://h/openai/chat/completions?api-version=3")]
    public void The_address_may_be_the_base_or_the_whole(string url, string expected) => new EndpointSettings(url, "m", null).Url.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("127.0.0.1:5000/v1")]
    [InlineData("ftp://h/v1")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string url) => Should.Throw<HoneException>(() => new EndpointSettings(url, "m", null)).Message.ShouldContain("http://127.0.0.1:5000/v1");

    [Fact]
    public void A_key_with_a_line_end_is_refused_without_being_repeated() =>
        Should.Throw<HoneException>(() => new EndpointSettings("http://h", "m", Key + "\n")).Message.ShouldNotContain("secret");

    [Fact]
    public async Task What_may_pass_is_asked_again_and_later_each_time()
    {
        ScriptedHandler handler = new((count, _) => count switch
        {
            1 => ScriptedHandler.Error(HttpStatusCode.InternalServerError, "down"),
            2 => ScriptedHandler.Body("<html>"),
            3 => throw new HttpRequestException("connection lost"),
            4 => ScriptedHandler.Body("""{"choices": []}"""),
            _ => ScriptedHandler.Text("here"),
        });

        (await AskAsync(handler)).Text.ShouldBe("here");

        _clock.Waits.Select(wait => wait.TotalSeconds).ShouldBe([1, 2, 4, 8]);
    }

    [Fact]
    public async Task The_time_to_wait_is_the_one_that_the_endpoint_asks_for()
    {
        ScriptedHandler handler = new((count, _) =>
        {
            HttpResponseMessage busy = ScriptedHandler.Error(HttpStatusCode.TooManyRequests, "slow down");
            if (count == 1)
                busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(21));
            else if (count == 2)
                busy.Headers.RetryAfter = new RetryConditionHeaderValue(_clock.GetUtcNow() + TimeSpan.FromSeconds(33));
            else if (count == 3)
                busy.Headers.Add("retry-after-ms", "1500");
            return count <= 3 ? busy : ScriptedHandler.Text("here");
        });

        (await AskAsync(handler)).Text.ShouldBe("here");

        _clock.Waits.Select(wait => wait.TotalSeconds).ShouldBe([21, 33, 1.5]);
    }

    [Fact]
    public async Task A_wait_of_hours_is_left_to_the_user()
    {
        ScriptedHandler handler = new((_, _) =>
        {
            HttpResponseMessage busy = ScriptedHandler.Error(HttpStatusCode.TooManyRequests, "daily limit");
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(2));
            return busy;
        });

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => AskAsync(handler));

        failure.Message.ShouldContain("wait 120 minutes");
        failure.ConcernsAll.ShouldBeTrue();
        _clock.Waits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, null, true)]
    [InlineData(HttpStatusCode.NotFound, "model_not_found", true)]
    [InlineData(HttpStatusCode.TooManyRequests, "insufficient_quota", true)]
    [InlineData(HttpStatusCode.TemporaryRedirect, null, true)]
    [InlineData(HttpStatusCode.BadRequest, "context_length_exceeded", false)]
    public async Task What_does_not_pass_is_asked_once_and_the_key_stays_out_of_the_message(HttpStatusCode status, string? code, bool concernsAll)
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Error(status, $"Incorrect API key provided: {Key}.", code));

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => AskAsync(handler));

        handler.Requests.Count.ShouldBe(1);
        failure.ConcernsAll.ShouldBe(concernsAll);
        failure.Message.ShouldContain("Incorrect API key provided: ***");
        failure.ToString().ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"\\ud83d\"}}")]
    [InlineData("{\"error\":\"\\ud83d\"}")]
    [InlineData("{\"err\\ud83dor\":1}")]
    [InlineData("{\"error\":[1]}")]
    [InlineData("[]")]
    public async Task A_refusal_that_says_nothing_readable_is_said_with_its_status(string body)
    {
        ScriptedHandler handler = new((_, _) => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(body) });

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => AskAsync(handler));

        failure.Message.ShouldContain("400 BadRequest");
    }

    [Theory]
    [InlineData("-1e300")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    public async Task A_wait_that_no_clock_has_is_none(string milliseconds)
    {
        ScriptedHandler handler = new((_, _) =>
        {
            HttpResponseMessage busy = ScriptedHandler.Error(HttpStatusCode.TooManyRequests, "busy");
            busy.Headers.Add("retry-after-ms", milliseconds);
            return busy;
        });

        (await Should.ThrowAsync<EndpointException>(() => AskAsync(handler))).Message.ShouldContain("429 busy");
    }

    [Fact]
    public async Task A_key_where_a_long_message_is_cut_leaks_in_no_part()
    {
        // The message is cut within the key, wherever in it that is.
        for (int before = 280; before <= 300; before++)
        {
            string message = new string('x', before) + Key;
            ScriptedHandler handler = new((_, _) => ScriptedHandler.Error(HttpStatusCode.Unauthorized, message));

            EndpointException failure = await Should.ThrowAsync<EndpointException>(() => AskAsync(handler));

            failure.Message.ShouldNotContain("x" + Key[..4]);
            failure.Message.Length.ShouldBeLessThan(400);
        }
    }

    [Fact]
    public async Task Patience_ends()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Error(HttpStatusCode.BadGateway, "down"));

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => AskAsync(handler, retries: 2));

        handler.Requests.Count.ShouldBe(3);
        failure.Message.ShouldBe("http://h/v1/chat/completions gave no answer (3 tries): 502 down.");
    }

    [Fact]
    public async Task Parameters_that_reasoning_models_refuse_are_learned_once()
    {
        ScriptedHandler handler = new((_, request) =>
            request["max_tokens"] is not null ? ScriptedHandler.Error(HttpStatusCode.BadRequest, "Use max_completion_tokens.", param: "max_tokens")
            : request["temperature"] is not null ? ScriptedHandler.Error(HttpStatusCode.BadRequest, "Only the default.", param: "temperature")
            : ScriptedHandler.Text("here"));
        using ChatEndpoint endpoint = Endpoint(handler);

        await endpoint.AskAsync(Question, CancellationToken.None);
        await endpoint.AskAsync(Question, CancellationToken.None);

        handler.Requests.Count.ShouldBe(4);
        handler.Requests[3]["max_completion_tokens"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public async Task A_cut_or_empty_answer_is_no_answer_but_has_its_price()
    {
        ChatReply cut = await AskAsync(new((_, _) => ScriptedHandler.Text("Hel", finish: "length", hasUsage: false)));
        ChatReply full = await AskAsync(new((_, _) => ScriptedHandler.Text("Hel", finish: "length")));
        ChatReply empty = await AskAsync(new((_, _) => ScriptedHandler.Body("""{"choices": [{"message": {"content": null, "refusal": "no"}, "finish_reason": "stop"}]}""")));

        cut.Problem.ShouldNotBeNull().ShouldContain("--max-tokens");
        full.Problem.ShouldNotBeNull().ShouldContain("context is full");
        full.Problem.ShouldNotContain("--max-tokens");
        full.CompletionTokens.ShouldBe(2);
        empty.Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task Without_a_count_the_most_that_it_can_be_is_taken()
    {
        ChatReply reply = await AskAsync(new((_, _) => ScriptedHandler.Text("Hello.", hasUsage: false)));

        reply.PromptTokens.ShouldBe(Question.PromptTokensAtMost);
        reply.CompletionTokens.ShouldBe(Question.MaxTokens);
    }

    [Fact]
    public async Task Choices_are_asked_for_as_a_schema_and_taken_out_of_the_object()
    {
        ScriptedHandler handler = new((_, request) => ScriptedHandler.Text($$"""{"choice": {{request["response_format"]!["json_schema"]!["schema"]!["properties"]!["choice"]!["enum"]![1]!.ToJsonString()}}}"""));
        using ChatEndpoint endpoint = Endpoint(handler);

        ChatReply reply = await endpoint.AskAsync(Question with { Choices = ["good", "bad"] }, CancellationToken.None);

        reply.Text.ShouldBe("bad");
    }

    [Fact]
    public async Task An_answer_of_an_endpoint_without_schemas_is_judged_and_paid_like_any_other()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Text("Good."));
        using ChatEndpoint endpoint = Endpoint(handler);

        ChatReply reply = await endpoint.AskAsync(Question with { Choices = ["good", "bad"] }, CancellationToken.None);

        reply.ShouldBe(new ChatReply("Good.", 10, 2));
        handler.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_address_holds_beside_the_place_stays_out_of_the_message()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Error(HttpStatusCode.NotFound, "no such page"));
        using ChatEndpoint endpoint = new(new EndpointSettings("http://ada:pass@h:1/v1?key=word", "m", apiKey: null), handler, _clock);

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => endpoint.AskAsync(Question, CancellationToken.None));

        failure.Message.ShouldBe("http://h:1/v1/chat/completions gave no answer: 404 no such page.");
    }

    Task<ChatReply> AskAsync(ScriptedHandler handler, int retries = 6) => Endpoint(handler, retries).AskAsync(Question, CancellationToken.None);

    ChatEndpoint Endpoint(ScriptedHandler handler, int retries = 6) => new(new EndpointSettings("http://h/v1", "m", Key) { Retries = retries }, handler, _clock);
}
