using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Chat;

/// <summary>A model whose template writes calls behind a special token, and with ids of nine characters.</summary>
public sealed class ShortIdToolTests : IAsyncLifetime
{
    const string Model = "stories-with-calls";
    const string CallToken = "[TOOL_CALLS]";

    const string Template = """
        {%- if tools %}{{- 'Tools: ' + tools | length | string + '. ' }}{%- endif %}{%- for message in messages %}
        {%- if message.tool_calls is defined %}{{- '[TOOL_CALLS] [' }}{%- for call in message.tool_calls %}{%- if call.id | length != 9 %}{{- raise_exception('An id has 9 characters.') }}{%- endif %}
        {{- (call.function | tojson)[:-1] + ', "id": "' + call.id + '"}' }}{{- ', ' if not loop.last }}{%- endfor %}{{- ']' + eos_token }}
        {%- elif message.role == 'tool' %}{{- message.tool_call_id + ' ' + message.content }}
        {%- else %}{{- message.content }}{{- eos_token if message.role == 'assistant' }}{%- endif %}{%- endfor %}
        """;

    static readonly ChatTool Weather = ChatTool.CreateFunctionTool("get_weather", "Gets the weather.", BinaryData.FromString(
        """{"type":"object","properties":{"days":{"type":"integer","minimum":1,"maximum":7}},"required":["days"],"additionalProperties":false}"""), true);

    readonly string _models = Directory.CreateTempSubdirectory("hone-calls-").FullName;
    TestServer _server = null!;

    ChatClient Chat => _server.Client().GetChatClient(Model);

    public async ValueTask InitializeAsync()
    {
        string folder = Path.Combine(_models, Model);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Path.Combine(StoriesServer.ModelsFolder, StoriesServer.Model)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Edit(Path.Combine(folder, "tokenizer_config.json"), config => config["chat_template"] = Template);
        // A byte that no text has becomes the special token.
        Edit(Path.Combine(folder, "tokenizer.json"), tokenizer => tokenizer["added_tokens"]!.AsArray().Add(
            new JsonObject { ["id"] = 4, ["content"] = CallToken, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true }));
        _server = await TestServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task Calls_have_short_ids_and_valid_arguments_whole_and_streamed()
    {
        for (int seed = 0; seed < 3; seed++)
        {
            ChatCompletion whole = await Chat.CompleteChatAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateRequiredChoice(), seed));
            ChatToolCall call = whole.ToolCalls.ShouldHaveSingleItem();
            string id = "", name = "", arguments = "", content = "";
            await foreach (StreamingChatCompletionUpdate update in Chat.CompleteChatStreamingAsync([new UserChatMessage("Weather?")], Options(ChatToolChoice.CreateRequiredChoice(), seed)))
            {
                content += string.Concat(update.ContentUpdate.Select(part => part.Text));
                foreach (StreamingChatToolCallUpdate part in update.ToolCallUpdates)
                    (id, name, arguments) = (id + part.ToolCallId, name + part.FunctionName, arguments + part.FunctionArgumentsUpdate);
            }

            whole.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
            whole.Content.ShouldBeEmpty();
            call.Id.ShouldMatch("^[0-9A-Za-z]{9}$");
            id.ShouldMatch("^[0-9A-Za-z]{9}$");
            (name, arguments, content).ShouldBe((call.FunctionName, call.FunctionArguments.ToString(), ""));
            JsonDocument.Parse(arguments).RootElement.GetProperty("days").GetInt32().ShouldBeInRange(1, 7);
        }
    }

    [Fact]
    public async Task The_result_of_a_call_goes_back_whatever_server_made_its_id()
    {
        foreach (string id in new[] { "abc123def", "call_Yw3dbLnVIPRbY0YHmtUCHcaV" })
        {
            var call = ChatToolCall.CreateFunctionToolCall(id, "get_weather", BinaryData.FromString("""{"days":1}"""));
            ChatMessage[] messages = [new UserChatMessage("Weather?"), new AssistantChatMessage([call]), new ToolChatMessage(id, "sun")];

            ChatCompletion answer = await Chat.CompleteChatAsync(messages, Options(ChatToolChoice.CreateAutoChoice(), 2));

            (answer.Content.Count + answer.ToolCalls.Count).ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Words_never_show_the_special_token()
    {
        for (int seed = 0; seed < 3; seed++)
        {
            ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Tell me a story.")], Options(ChatToolChoice.CreateAutoChoice(), seed));

            string.Concat(answer.Content.Select(part => part.Text)).ShouldNotContain(CallToken);
        }
    }

    static ChatCompletionOptions Options(ChatToolChoice choice, int seed) =>
        new() { Tools = { Weather }, ToolChoice = choice, Seed = seed, Temperature = 1, MaxOutputTokenCount = 150, AllowParallelToolCalls = false };

    static void Edit(string path, Action<JsonNode> change)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(path))!;
        change(file);
        File.WriteAllText(path, file.ToJsonString());
    }
}
