using Hone.Data.Endpoints;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Endpoints;

/// <summary>The client of other people's endpoints, on this project's own server.</summary>
public sealed class ChatEndpointTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    static readonly ChatQuestion Question = new([new("user", "Once upon a time")], 400);

    [Fact]
    public async Task An_answer_comes_with_its_tokens()
    {
        using ChatEndpoint endpoint = Endpoint(stories.Server);

        ChatReply first = await endpoint.AskAsync(Question, CancellationToken.None);
        ChatReply again = await endpoint.AskAsync(Question, CancellationToken.None);

        first.PromptTokens.ShouldBeInRange(1, Question.PromptTokensAtMost);
        first.CompletionTokens.ShouldBeInRange(1, Question.MaxTokens);
        again.ShouldBe(first);
    }

    [Fact]
    public async Task An_answer_that_does_not_end_is_cut_and_said_to_be()
    {
        using ChatEndpoint endpoint = Endpoint(stories.Server);

        ChatReply reply = await endpoint.AskAsync(Question with { MaxTokens = 3 }, CancellationToken.None);

        reply.Problem.ShouldNotBeNull().ShouldContain("3");
        reply.CompletionTokens.ShouldBe(3);
    }

    [Fact]
    public async Task Only_choices_are_answered_where_there_are_some()
    {
        using ChatEndpoint endpoint = Endpoint(stories.Server);

        ChatReply reply = await endpoint.AskAsync(Question with { Choices = ["good", "bad", "中性"] }, CancellationToken.None);

        reply.Problem.ShouldBeNull();
        new[] { "good", "bad", "中性" }.ShouldContain(reply.Text);
    }

    [Fact]
    public async Task An_unknown_model_concerns_all_questions()
    {
        using ChatEndpoint endpoint = Endpoint(stories.Server, "no-such-model");

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => endpoint.AskAsync(Question, CancellationToken.None));

        failure.ConcernsAll.ShouldBeTrue();
        failure.Message.ShouldContain("The model `no-such-model` does not exist");
    }

    [Fact]
    public async Task A_question_that_is_too_long_concerns_itself_alone()
    {
        using ChatEndpoint endpoint = Endpoint(stories.Server);
        ChatQuestion tooLong = new([new("user", string.Concat(Enumerable.Repeat("word ", 2000)))], 10);

        EndpointException failure = await Should.ThrowAsync<EndpointException>(() => endpoint.AskAsync(tooLong, CancellationToken.None));

        failure.ConcernsAll.ShouldBeFalse();
    }

    static ChatEndpoint Endpoint(TestServer server, string model = StoriesServer.Model) => new(new EndpointSettings(new Uri(server.Http.BaseAddress!, "v1").ToString(), model, null));
}
