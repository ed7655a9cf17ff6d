using System.Net;
using System.Text.Json.Nodes;
using Hone.Data.Endpoints;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Endpoints;

public sealed class QuestionRunTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-questions-").FullName;

    static AnswerRule Anything { get; } = new(text => text, "");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_question_is_asked_once_however_many_rows_and_runs_ask_it()
    {
        ScriptedHandler handler = new((_, request) => ScriptedHandler.Text("to " + Asked(request)));
        ChatQuestion[] questions = [.. Enumerable.Range(0, 60).Select(i => Question($"q{i % 20}"))];

        for (int i = 0; i < 2; i++)
            await With(handler, new SpendingLimit(default), async run =>
            {
                await run.AskAsync(questions, Anything, CancellationToken.None);
                questions.ShouldAllBe(question => run.Find(question) == "to " + question.Messages[0].Content);
            });

        handler.Requests.Count.ShouldBe(20);
    }

    [Fact]
    public async Task An_answer_that_is_not_taken_is_corrected_and_then_given_up()
    {
        AnswerRule rule = new(text => text == "yes" ? text : null, "Answer yes.");
        ScriptedHandler handler = new((_, request) => ScriptedHandler.Text(Asked(request) == "easy" && request["messages"]!.AsArray().Count == 3 ? "yes" : "perhaps"));

        await With(handler, new SpendingLimit(default), async run =>
        {
            await run.AskAsync([Question("easy"), Question("hard")], rule, CancellationToken.None);

            run.Find(Question("easy")).ShouldBe("yes");
            run.Find(Question("hard")).ShouldBeNull();
            run.ReasonOf(Question("hard")).ShouldContain("perhaps");
            run.Answered.ShouldBe(1);
        });

        handler.Requests.Count.ShouldBe(5);
        handler.Requests.Count(request => request["messages"]!.AsArray().Count == 5).ShouldBe(1);
        handler.Requests.ShouldContain(request => request["messages"]!.AsArray().Count == 5 && (string?)request["messages"]![4]!["content"] == "Answer yes.");
    }

    [Fact]
    public async Task One_refused_question_does_not_stop_the_others()
    {
        ScriptedHandler handler = new((_, request) => Asked(request) == "long" ? ScriptedHandler.Error(HttpStatusCode.BadRequest, "too long") : ScriptedHandler.Text("a"));

        await With(handler, new SpendingLimit(default), async run =>
        {
            await run.AskAsync([Question("long"), Question("b"), Question("c")], Anything, CancellationToken.None);

            run.Answered.ShouldBe(2);
            run.ReasonOf(Question("long")).ShouldContain("too long");
        });
    }

    [Fact]
    public async Task Where_all_are_refused_the_run_stops_after_ten()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Error(HttpStatusCode.BadRequest, "unknown parameter"));

        await With(handler, new SpendingLimit(default), async run =>
            (await Should.ThrowAsync<EndpointException>(() => run.AskAsync(Enumerable.Range(0, 1000).Select(i => Question($"q{i}")), Anything, CancellationToken.None))).Message.ShouldContain("unknown parameter"));

        handler.Requests.Count.ShouldBeInRange(10, 14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task The_limit_of_tokens_is_never_exceeded_also_after_a_restart(int concurrency)
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Text("a"));
        ChatQuestion[] questions = [.. Enumerable.Range(0, 100).Select(i => Question($"q{i:00}"))];
        int most = questions[0].PromptTokensAtMost + questions[0].MaxTokens;
        const int Limit = 400;

        for (int i = 0; i < 2; i++)
        {
            using AnswerJournal journal = Journal();
            SpendingLimit limit = new(journal.Spent) { MaxTokens = Limit };
            QuestionRun run = new(Endpoint(handler), journal, limit) { Concurrency = concurrency };
            (await Should.ThrowAsync<HoneException>(() => run.AskAsync(questions, Anything, CancellationToken.None))).Message.ShouldContain("of at most 400 tokens");
            journal.Spent.Total.ShouldBeInRange(Limit - most + 1, Limit);
        }

        handler.Requests.Count.ShouldBe((Limit - most) / 12 + 1);
    }

    [Fact]
    public async Task The_limit_of_money_is_kept()
    {
        ScriptedHandler handler = new((_, _) => ScriptedHandler.Text("a"));
        SpendingLimit limit = new(default) { MaxCost = 0.001m, Price = new TokenPrice(10m, 20m) };

        await With(handler, limit, async run =>
            await Should.ThrowAsync<HoneException>(() => run.AskAsync(Enumerable.Range(0, 100).Select(i => Question($"q{i:00}")), Anything, CancellationToken.None)));

        // 10 · 10 + 2 · 20 millionths each; the last one must leave room for what it could cost.
        new TokenPrice(10m, 20m).Of(new TokensSpent(10, 2) + new TokensSpent(10, 2)).ShouldBe(0.00028m);
        (handler.Requests.Count * 0.00014m).ShouldBeLessThanOrEqualTo(0.001m);
        handler.Requests.Count.ShouldBeGreaterThan(1);
    }

    static string Asked(JsonNode request) => (string)request["messages"]![0]!["content"]!;

    static ChatQuestion Question(string text) => new([new("user", text)], 5);

    AnswerJournal Journal() => AnswerJournal.Open(Path.Combine(_folder, "journal"));

    static ChatEndpoint Endpoint(ScriptedHandler handler) => new(new EndpointSettings("http://h/v1", "m", null) { Retries = 0 }, handler, new ImpatientClock());

    async Task With(ScriptedHandler handler, SpendingLimit limit, Func<QuestionRun, Task> act)
    {
        using AnswerJournal journal = Journal();
        await act(new QuestionRun(Endpoint(handler), journal, limit));
    }
}
