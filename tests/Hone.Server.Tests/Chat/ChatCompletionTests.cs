using System.ClientModel;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Chat;

public sealed class ChatCompletionTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    static readonly ChatMessage[] Hello = [new SystemChatMessage("You tell stories."), new UserChatMessage("Once upon a time")];

    readonly TestServer _server = stories.Server;

    ChatClient Chat => _server.Client().GetChatClient("gpt-4o-mini");

    [Fact]
    public async Task The_official_client_gets_an_answer()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync(Hello, new ChatCompletionOptions { MaxOutputTokenCount = 20, Temperature = 0 });

        answer.Content.ShouldHaveSingleItem().Text.ShouldNotBeEmpty();
        answer.Model.ShouldBe(StoriesServer.Model);
        answer.Id.ShouldStartWith("chatcmpl-");
        answer.FinishReason.ShouldBe(ChatFinishReason.Length);
        answer.Role.ShouldBe(ChatMessageRole.Assistant);
        answer.Usage.OutputTokenCount.ShouldBe(20);
        answer.Usage.InputTokenCount.ShouldBeGreaterThan(10);
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + 20);
    }

    [Fact]
    public async Task A_stream_has_the_text_of_the_whole_answer_and_its_usage()
    {
        ChatCompletionOptions options = new() { MaxOutputTokenCount = 30, Temperature = 0 };
        ChatCompletion whole = await Chat.CompleteChatAsync(Hello, options);

        string text = "";
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        int updates = 0;
        await foreach (StreamingChatCompletionUpdate update in Chat.CompleteChatStreamingAsync(Hello, options))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            usage ??= update.Usage;
            updates++;
        }

        text.ShouldBe(whole.Content[0].Text);
        finish.ShouldBe(ChatFinishReason.Length);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(30);
        updates.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Events_are_written_to_the_letter()
    {
        HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", """
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":"Once"}],"max_tokens":3,"temperature":0,"stream":true,"stream_options":{"include_usage":true}}
            """);

        string body = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        body.ShouldEndWith("\n\ndata: [DONE]\n\n");
        string[] events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events.ShouldAllBe(line => line.StartsWith("data: ") && !line.Contains('\n'));
        JsonNode[] chunks = [.. events[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!)];
        chunks.ShouldAllBe(chunk => chunk["object"]!.GetValue<string>() == "chat.completion.chunk" && chunk["id"]!.GetValue<string>() == chunks[0]["id"]!.GetValue<string>());
        chunks[0]["choices"]![0]!.ToJsonString().ShouldBe("""{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}""");
        chunks[^2]["choices"]![0]!.ToJsonString().ShouldBe("""{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}""");
        chunks[^1]["choices"]!.AsArray().ShouldBeEmpty();
        chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(3);
        chunks[..^1].ShouldAllBe(chunk => chunk.AsObject().ContainsKey("usage") && chunk["usage"] == null);
    }

    [Fact]
    public async Task Choices_differ_a_seed_repeats_them_and_the_prompt_is_counted_once()
    {
        const string Request = """{"model":"stories260k","messages":[{"role":"user","content":"One day"}],"n":3,"seed":7,"max_completion_tokens":12}""";

        JsonNode first = await JsonOf(Request), second = await JsonOf(Request);

        string[] texts = Texts(first);
        texts.Distinct().Count().ShouldBe(3);
        Texts(second).ShouldBe(texts);
        first["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(36);
        second["usage"]!["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>().ShouldBe(second["usage"]!["prompt_tokens"]!.GetValue<int>() - 1);
        first["choices"]!.AsArray().Select(choice => choice!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task An_answer_ends_before_a_stop_string()
    {
        ChatCompletionOptions options = new() { MaxOutputTokenCount = 40, Temperature = 0 };
        string whole = (await Chat.CompleteChatAsync(Hello, options)).Value.Content[0].Text;
        string stop = whole[10..13];
        options.StopSequences.Add(stop);

        ChatCompletion answer = await Chat.CompleteChatAsync(Hello, options);

        answer.Content[0].Text.ShouldBe(whole[..whole.IndexOf(stop, StringComparison.Ordinal)]);
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Log_probabilities_come_with_every_token_streamed_or_not()
    {
        ChatCompletionOptions options = new() { MaxOutputTokenCount = 15, Temperature = 0, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 };

        ChatCompletion answer = await Chat.CompleteChatAsync(Hello, options);
        var streamed = new List<ChatTokenLogProbabilityDetails>();
        await foreach (StreamingChatCompletionUpdate update in Chat.CompleteChatStreamingAsync(Hello, options))
            streamed.AddRange(update.ContentTokenLogProbabilities);

        answer.ContentTokenLogProbabilities.Count.ShouldBe(15);
        answer.ContentTokenLogProbabilities.ShouldAllBe(token => token.LogProbability <= 0 && token.TopLogProbabilities.Count == 3 && token.TopLogProbabilities[0].Token == token.Token);
        streamed.Select(token => (token.Token, token.LogProbability)).ShouldBe(answer.ContentTokenLogProbabilities.Select(token => (token.Token, token.LogProbability)));
    }

    [Fact]
    public async Task A_bias_forces_a_token()
    {
        ChatCompletionOptions options = new() { MaxOutputTokenCount = 4, Temperature = 0 };
        options.LogitBiases[300] = 100;

        ChatCompletion answer = await Chat.CompleteChatAsync(Hello, options);

        answer.Content[0].Text.ShouldBe("ha ha ha ha");
    }

    [Theory]
    [InlineData("""{"messages":[]}""", 400, "Missing required parameter: 'model'.", "model", "missing_required_parameter")]
    [InlineData("""{"model":"nothing","messages":[{"role":"user","content":"x"}]}""", 404, "The model `nothing` does not exist or you do not have access to it.", null, "model_not_found")]
    [InlineData("""{"model":"stories260k"}""", 400, "Missing required parameter: 'messages'.", "messages", "missing_required_parameter")]
    [InlineData("""{"model":"stories260k","messages":[]}""", 400, "[] is too short - 'messages'", "messages", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"king","content":"x"}]}""", 400, "'king' is not one of ['system', 'assistant', 'user', 'function', 'tool', 'developer'] - 'messages[0].role'", "messages[0].role", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user"}]}""", 400, "Invalid value for 'content': expected a string, got null.", "messages[0].content", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", 400, "Invalid content type. image_url is not supported by this model: it reads text only.", "messages[0].content[0].type", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"tool","content":"x","tool_call_id":"a"}]}""", 400, "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", "messages.[0].role", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"temperature":3}""", 400, "3 is greater than the maximum of 2 - 'temperature'", "temperature", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"top_p":1.5}""", 400, "1.5 is greater than the maximum of 1 - 'top_p'", "top_p", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"presence_penalty":-3}""", 400, "-3 is less than the minimum of -2 - 'presence_penalty'", "presence_penalty", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"frequency_penalty":"much"}""", 400, "'much' is not of type 'number' - 'frequency_penalty'", "frequency_penalty", "invalid_type")]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"n":129}""", 400, "129 is greater than the maximum of 128 - 'n'", "n", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"logit_bias":{"5":101}}""", 400, "101 is greater than the maximum of 100 - 'logit_bias.5'", "logit_bias.5", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"stop":["a",""]}""", 400, "\"\" is not a text of one character or more - 'stop[1]'", "stop[1]", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"metadata":{"a":1}}""", 400, "1 is not of type 'string' - 'metadata.a'", "metadata.a", "invalid_type")]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}""", 400, "'xml' is not one of ['text', 'json_object', 'json_schema'] - 'response_format.type'", "response_format.type", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}}""", 400, "Invalid value for 'tool_choice': there is no function named 'g' among those given.", "tool_choice", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"n":0}""", 400, "0 is less than the minimum of 1 - 'n'", "n", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"top_logprobs":2}""", 400, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"logprobs":true,"top_logprobs":21}""", 400, "21 is greater than the maximum of 20 - 'top_logprobs'", "top_logprobs", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"stop":["a","b","c","d","e"]}""", 400, "5 items are too many, at most 4 are possible - 'stop'", "stop", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"logit_bias":{"9999":1}}""", 400, "'9999' is not the id of a token; this model's are 0 to 511 - 'logit_bias'", "logit_bias", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}}""", 400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"s\n","schema":{}}}}""", 400, "'s\n' does not match '^[a-zA-Z0-9_-]+$' - 'response_format.json_schema.name'", "response_format.json_schema.name", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f\n"}}]}""", 400, "'f\n' does not match '^[a-zA-Z0-9_-]+$' - 'tools[0].function.name'", "tools[0].function.name", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"x","tool_call_id":"a"},{"role":"tool","content":"x","tool_call_id":"a"},{"role":"user","content":"x"},{"role":"tool","content":"x","tool_call_id":"a"}]}""", 400, "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", "messages.[5].role", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"audio":{"voice":"alloy","format":"wav"}}""", 400, "'audio' is not supported by this model.", "audio", "unsupported_parameter")]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"tool_choice":"auto"}""", 400, "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object","properties":{}}}}}""", 400, "Invalid schema for response_format 's': In context=(), 'additionalProperties' is required to be supplied and to be false.", "response_format", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"not":{}}}}}""", 400, "Invalid schema for response_format 's': In context=(), 'not' is not permitted.", "response_format", null)]
    [InlineData("""{"model":"stories260k","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]}""", 400, "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].function.parameters", "invalid_function_parameters")]
    public async Task A_request_that_cannot_be_meant_is_refused_in_the_interface_s_words(string request, int status, string message, string? param, string? code)
    {
        HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", request);

        await response.ShouldBeErrorAsync(status, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_refused_with_both_lengths()
    {
        string text = string.Concat(Enumerable.Repeat("cat ", 600));

        ClientResultException error = await Should.ThrowAsync<ClientResultException>(() => Chat.CompleteChatAsync([new UserChatMessage(text)]));

        error.Status.ShouldBe(400);
        error.GetRawResponse()!.Content.ToString().ShouldBe(ErrorBody.Of(
            $"This model's maximum context length is 512 tokens. However, your messages resulted in {StoriesServer.PromptTokens(text)} tokens. Please reduce the length of the messages.", "messages", "context_length_exceeded"));
    }

    [Fact]
    public async Task Parameters_that_change_nothing_here_are_ignored()
    {
        JsonNode answer = await JsonOf("""
            {"model":"gpt-4o-mini-2024-07-18","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}],"name":"ann"}],
             "max_tokens":2,"user":"u","service_tier":"auto","reasoning_effort":"low","verbosity":"low","safety_identifier":"s","prompt_cache_key":"k","parallel_tool_calls":true,
             "prediction":{"type":"content","content":"x"},"modalities":["text"],"brand_new_parameter":1,"metadata":{"a":"b"},"temperature":null,"logit_bias":{"1":-100,"2":-100}}
            """);

        answer["model"]!.GetValue<string>().ShouldBe("stories260k");
        answer["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(2);
    }

    static string[] Texts(JsonNode answer) => [.. answer["choices"]!.AsArray().Select(choice => choice!["message"]!["content"]!.GetValue<string>())];

    async Task<JsonNode> JsonOf(string request)
    {
        HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", request);
        string body = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        return JsonNode.Parse(body)!;
    }
}
