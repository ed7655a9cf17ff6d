using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Completions;

public sealed class TextCompletionTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    readonly TestServer _server = stories.Server;

    [Fact]
    public async Task A_text_goes_on_for_sixteen_tokens_unless_told_otherwise()
    {
        JsonNode answer = await PostAsync("""{"model":"gpt-3.5-turbo-instruct","prompt":"Once upon a time","temperature":0}""");

        answer["id"]!.GetValue<string>().ShouldStartWith("cmpl-");
        answer["object"]!.GetValue<string>().ShouldBe("text_completion");
        answer["model"]!.GetValue<string>().ShouldBe("stories260k");
        answer["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(16);
        JsonNode choice = answer["choices"]!.AsArray().ShouldHaveSingleItem()!;
        choice["text"]!.GetValue<string>().ShouldStartWith(", there was");
        choice["logprobs"].ShouldBeNull();
        choice["finish_reason"]!.GetValue<string>().ShouldBe("length");
    }

    [Fact]
    public async Task Prompts_of_every_kind_are_continued_in_their_order()
    {
        JsonNode tokens = await PostAsync("""{"model":"stories260k","prompt":[[1,403,407],[1,261]],"n":2,"max_tokens":3,"seed":1}""");
        JsonNode one = await PostAsync("""{"model":"stories260k","prompt":[1,403,407],"max_tokens":3,"seed":1}""");
        JsonNode texts = await PostAsync("""{"model":"stories260k","prompt":["One","Two","Three"],"max_tokens":1}""");
        JsonNode none = await PostAsync("""{"model":"stories260k","max_tokens":1}""");

        tokens["choices"]!.AsArray().Select(choice => choice!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2, 3]);
        tokens["choices"]![0]!["text"]!.GetValue<string>().ShouldBe(one["choices"]![0]!["text"]!.GetValue<string>());
        tokens["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(5);
        texts["choices"]!.AsArray().Count.ShouldBe(3);
        none["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task An_echo_comes_before_the_continuation_and_is_scored()
    {
        JsonNode answer = await PostAsync("""{"model":"stories260k","prompt":"Lily had a cat","echo":true,"logprobs":2,"max_tokens":4,"temperature":0}""");

        JsonNode choice = answer["choices"]![0]!;
        string text = choice["text"]!.GetValue<string>();
        text.ShouldStartWith("Lily had a cat");
        JsonArray tokens = choice["logprobs"]!["tokens"]!.AsArray(), scores = choice["logprobs"]!["token_logprobs"]!.AsArray(), offsets = choice["logprobs"]!["text_offset"]!.AsArray();
        int prompt = answer["usage"]!["prompt_tokens"]!.GetValue<int>();
        (tokens.Count, scores.Count, offsets.Count).ShouldBe((prompt + 4, prompt + 4, prompt + 4));
        scores[0].ShouldBeNull();
        choice["logprobs"]!["top_logprobs"]![0].ShouldBeNull();
        scores.Skip(1).ShouldAllBe(score => score!.GetValue<double>() <= 0);
        offsets.Select(offset => offset!.GetValue<int>()).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_scored_prompt_has_the_probabilities_of_its_continuation()
    {
        JsonNode continued = await PostAsync("""{"model":"stories260k","prompt":[1,403,407,261],"logprobs":0,"max_tokens":6,"temperature":0}""");
        // What was generated, as a prompt.
        JsonNode echoed = await PostAsync("""{"model":"stories260k","prompt":[1,403,407,261],"echo":true,"logprobs":0,"max_tokens":6,"temperature":0}""");
        JsonNode nothing = await PostAsync("""{"model":"stories260k","prompt":[1,403,407,261],"echo":true,"logprobs":0,"max_tokens":0}""");

        double[] generated = Scores(continued), all = Scores(echoed), prompt = Scores(nothing);
        all[^6..].ShouldBe(generated);
        prompt.ShouldBe(all[..^6]);
        nothing["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
        nothing["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task The_best_of_several_is_the_likeliest_per_token()
    {
        JsonNode all = await PostAsync("""{"model":"stories260k","prompt":"One day","n":5,"logprobs":0,"max_tokens":6,"seed":3,"temperature":1.5}""");
        JsonNode best = await PostAsync("""{"model":"stories260k","prompt":"One day","best_of":5,"n":1,"max_tokens":6,"seed":3,"temperature":1.5}""");

        string expected = all["choices"]!.AsArray().MaxBy(choice => choice!["logprobs"]!["token_logprobs"]!.AsArray().Average(score => score!.GetValue<double>()))!["text"]!.GetValue<string>();
        best["choices"]!.AsArray().ShouldHaveSingleItem()!["text"]!.GetValue<string>().ShouldBe(expected);
        best["choices"]![0]!["logprobs"].ShouldBeNull();
        best["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(30);
    }

    [Fact]
    public async Task A_stream_has_the_same_text_and_ends_with_done()
    {
        const string Request = """{"model":"stories260k","prompt":"Once upon a time","max_tokens":12,"temperature":0,"logprobs":1""";
        JsonNode whole = await PostAsync(Request + "}");

        string body = await (await _server.PostAsync("v1/completions", Request + ""","stream":true,"stream_options":{"include_usage":true}}""")).Content.ReadAsStringAsync();

        string[] events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[^1].ShouldBe("data: [DONE]");
        JsonNode[] chunks = [.. events[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!)];
        JsonNode[] choices = [.. chunks[..^1].Select(chunk => chunk["choices"]![0]!)];
        string.Concat(choices.Select(choice => choice["text"]!.GetValue<string>())).ShouldBe(whole["choices"]![0]!["text"]!.GetValue<string>());
        choices[..^1].ShouldAllBe(choice => choice["finish_reason"] == null);
        choices[^1]["finish_reason"]!.GetValue<string>().ShouldBe("length");
        choices.SelectMany(choice => choice["logprobs"]!["text_offset"]!.AsArray().Select(offset => offset!.GetValue<int>()))
            .ShouldBe(whole["choices"]![0]!["logprobs"]!["text_offset"]!.AsArray().Select(offset => offset!.GetValue<int>()));
        chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(12);
    }

    [Theory]
    [InlineData("""{"model":"stories260k","prompt":"x","suffix":"y"}""", "'suffix' is not supported by this model: it continues texts at their end only.", "suffix", "unsupported_parameter")]
    [InlineData("""{"model":"stories260k","prompt":"x","n":3,"best_of":2}""", "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently 3) to be at most 'best_of' (currently 2), or omit either parameter if you don't specifically want to use them.)", "best_of", null)]
    [InlineData("""{"model":"stories260k","prompt":"x","best_of":2,"stream":true}""", "Results cannot be streamed when 'best_of' is greater than 'n'.", "best_of", null)]
    [InlineData("""{"model":"stories260k","prompt":"x","logprobs":6}""", "6 is greater than the maximum of 5 - 'logprobs'", "logprobs", null)]
    [InlineData("""{"prompt":"x"}""", "Missing required parameter: 'model'.", "model", "missing_required_parameter")]
    [InlineData("""{"model":"stories260k","prompt":"x","best_of":21}""", "21 is greater than the maximum of 20 - 'best_of'", "best_of", null)]
    [InlineData("""{"model":"stories260k","prompt":"x","max_tokens":-1}""", "-1 is less than the minimum of 0 - 'max_tokens'", "max_tokens", null)]
    [InlineData("""{"model":"stories260k","prompt":[]}""", "[] is too short - 'prompt'", "prompt", null)]
    [InlineData("""{"model":"stories260k","prompt":[1,512]}""", "512 is neither a text nor tokens of this model - 'prompt'", "prompt", null)]
    [InlineData("""{"model":"stories260k","prompt":["a",{}]}""", "{} is neither a text nor tokens of this model - 'prompt'", "prompt", null)]
    [InlineData("""{"model":"stories260k","prompt":[1,2,3],"max_tokens":510}""", "This model's maximum context length is 512 tokens, however you requested 513 tokens (3 in your prompt; 510 for the completion). Please reduce your prompt; or completion length.", null, "context_length_exceeded")]
    public async Task A_request_that_cannot_be_meant_is_refused_in_the_interface_s_words(string request, string message, string? param, string? code)
    {
        HttpResponseMessage response = await _server.PostAsync("v1/completions", request);

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task An_unknown_model_is_404()
    {
        HttpResponseMessage response = await _server.PostAsync("v1/completions", """{"model":"nothing","prompt":"x"}""");

        await response.ShouldBeErrorAsync(404, ErrorBody.Of("The model `nothing` does not exist or you do not have access to it.", code: "model_not_found"));
    }

    static double[] Scores(JsonNode answer) => [.. answer["choices"]![0]!["logprobs"]!["token_logprobs"]!.AsArray().OfType<JsonNode>().Select(score => Math.Round(score.GetValue<double>(), 4))];

    async Task<JsonNode> PostAsync(string request)
    {
        HttpResponseMessage response = await _server.PostAsync("v1/completions", request);
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonNode.Parse(body)!;
    }
}
