using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Chat;

public sealed class ToolCallTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    static readonly ChatTool Weather = ChatTool.CreateFunctionTool("get_weather", "Gets the weather.", BinaryData.FromString(
        """{"type":"object","properties":{"city":{"type":"string","maxLength":10},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"],"additionalProperties":false}"""), true);

    static readonly ChatTool Clock = ChatTool.CreateFunctionTool("get_time");

    readonly TestServer _server = stories.Server;

    ChatClient Chat => _server.Client().GetChatClient(StoriesServer.Model);

    [Fact]
    public async Task A_required_call_has_valid_arguments()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateRequiredChoice(), seed));

            answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
            answer.Content.ShouldBeEmpty();
            ChatToolCall call = answer.ToolCalls.ShouldHaveSingleItem();
            call.Id.ShouldStartWith("call_");
            Check(call.FunctionName, call.FunctionArguments.ToString());
        }
    }

    [Fact]
    public async Task A_named_call_is_that_call_and_stops()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateFunctionChoice("get_weather"), 1));

        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.ToolCalls.ShouldHaveSingleItem().FunctionName.ShouldBe("get_weather");
    }

    [Fact]
    public async Task A_streamed_call_is_the_whole_call_in_pieces()
    {
        ChatCompletion whole = await Chat.CompleteChatAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateFunctionChoice("get_weather"), 3));
        string name = "", arguments = "", id = "";
        int pieces = 0;

        await foreach (StreamingChatCompletionUpdate update in Chat.CompleteChatStreamingAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateFunctionChoice("get_weather"), 3)))
        {
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            {
                call.Index.ShouldBe(0);
                id += call.ToolCallId;
                name += call.FunctionName;
                arguments += call.FunctionArgumentsUpdate?.ToString();
                pieces++;
            }
        }

        name.ShouldBe("get_weather");
        id.ShouldStartWith("call_");
        arguments.ShouldBe(whole.ToolCalls[0].FunctionArguments.ToString());
        pieces.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Several_calls_are_made_where_the_model_wants_them_and_the_request_allows_them()
    {
        int most = 0;
        for (int seed = 0; seed < 4; seed++)
        {
            ChatCompletionOptions options = Options(ChatToolChoice.CreateRequiredChoice(), seed);
            options.AllowParallelToolCalls = true;
            options.MaxOutputTokenCount = 120;
            ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Weather?")], options);
            // The last one may be cut.
            foreach (ChatToolCall call in answer.FinishReason == ChatFinishReason.Length ? answer.ToolCalls.SkipLast(1) : answer.ToolCalls)
                Check(call.FunctionName, call.FunctionArguments.ToString());
            most = Math.Max(most, answer.ToolCalls.Count);
        }

        most.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_free_choice_leaves_words_alone_and_no_choice_makes_no_calls()
    {
        foreach (ChatToolChoice choice in new[] { ChatToolChoice.CreateAutoChoice(), ChatToolChoice.CreateNoneChoice() })
        {
            ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Tell me a story.")], Options(choice, 5));

            answer.ToolCalls.ShouldBeEmpty();
            answer.Content[0].Text.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task The_result_of_a_call_goes_back_to_the_model()
    {
        var call = ChatToolCall.CreateFunctionToolCall("call_1", "get_time", BinaryData.FromString("{}"));
        ChatMessage[] messages = [new UserChatMessage("Time?"), new AssistantChatMessage([call]), new ToolChatMessage("call_1", "noon")];

        ChatCompletion answer = await Chat.CompleteChatAsync(messages, Options(ChatToolChoice.CreateAutoChoice(), 2));

        answer.Content[0].Text.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Functions_as_they_were_before_tools_are_called_too()
    {
        HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", """
            {"model":"stories260k","messages":[{"role":"user","content":"Weather?"}],"functions":[{"name":"f","parameters":{"type":"object","properties":{"x":{"type":"boolean"}},"required":["x"],"additionalProperties":false}}],
             "function_call":{"name":"f"},"temperature":0}
            """);

        JsonNode message = (await TestServer.JsonOf(response))["choices"]![0]!["message"]!;

        message["content"].ShouldBeNull();
        message["function_call"]!["name"]!.GetValue<string>().ShouldBe("f");
        JsonNode.Parse(message["function_call"]!["arguments"]!.GetValue<string>())!["x"]!.GetValueKind().ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
    }

    static ChatCompletionOptions Options(ChatToolChoice choice, int seed) =>
        new() { Tools = { Weather, Clock }, ToolChoice = choice, Seed = seed, Temperature = 1, MaxOutputTokenCount = 100, AllowParallelToolCalls = false };

    static void Check(string name, string arguments)
    {
        using var json = JsonDocument.Parse(arguments);
        if (name == "get_time")
        {
            arguments.ShouldBe("{}");
            return;
        }

        name.ShouldBe("get_weather");
        json.RootElement.GetProperty("days").GetInt32().ShouldBeInRange(1, 7);
        json.RootElement.GetProperty("city").GetString()!.Length.ShouldBeLessThanOrEqualTo(20);
    }
}
