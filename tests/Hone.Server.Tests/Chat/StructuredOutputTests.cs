using System.Text.Json;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Chat;

public sealed class StructuredOutputTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    const string Schema = """
        {"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":120},"kind":{"enum":["cat","dog"]},
        "toys":{"type":"array","items":{"type":"string","maxLength":5},"maxItems":2}},"required":["name","age","kind","toys"],"additionalProperties":false}
        """;

    readonly TestServer _server = stories.Server;

    ChatClient Chat => _server.Client().GetChatClient(StoriesServer.Model);

    [Fact]
    public async Task An_answer_fits_its_schema_whatever_the_model_would_rather_say()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            var options = new ChatCompletionOptions { Seed = seed, Temperature = 1.5f, ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("pet", BinaryData.FromString(Schema), jsonSchemaIsStrict: true) };

            ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Tell me about a pet.")], options);

            using var pet = JsonDocument.Parse(answer.Content[0].Text);
            pet.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["name", "age", "kind", "toys"]);
            pet.RootElement.GetProperty("age").GetInt32().ShouldBeInRange(0, 120);
            pet.RootElement.GetProperty("kind").GetString().ShouldBeOneOf("cat", "dog");
            pet.RootElement.GetProperty("toys").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        }
    }

    [Fact]
    public async Task Any_object_is_an_object()
    {
        int ended = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            HttpResponseMessage response = await _server.PostAsync("v1/chat/completions", $$"""
                {"model":"stories260k","messages":[{"role":"user","content":"Answer in JSON."}],"response_format":{"type":"json_object"},"seed":{{seed}},"temperature":1.2,"logit_bias":{"34":1} }
                """);
            var choice = (await TestServer.JsonOf(response))["choices"]![0]!;
            if (choice["finish_reason"]!.GetValue<string>() != "stop")
                continue;
            ended++;
            using var value = JsonDocument.Parse(choice["message"]!["content"]!.GetValue<string>());
            value.RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }

        ended.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_maximum_of_tokens_cuts_and_says_so()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 5, Temperature = 0, ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("pet", BinaryData.FromString(Schema), jsonSchemaIsStrict: true) };

        ChatCompletion answer = await Chat.CompleteChatAsync([new UserChatMessage("Tell me about a pet.")], options);

        answer.FinishReason.ShouldBe(ChatFinishReason.Length);
        Schema.Length.ShouldBeGreaterThan(answer.Content[0].Text.Length);
        answer.Content[0].Text.TrimStart().ShouldStartWith("{");
    }
}
