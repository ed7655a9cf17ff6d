using System.Text.Json;
using Hone.Engine.ChatTemplates;
using Hone.Engine.ChatTemplates.Jinja;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates;

/// <summary>Each template renders what transformers renders, or fails with the reason that it gives.</summary>
[Trait("Kind", "Parity")]
public class TemplateParityTests
{
    [Theory, MemberData(nameof(Templates))]
    public void Rendering_equals_transformers(string name)
    {
        string folder = ParityFolder.Require("chat-templates");
        var template = JinjaTemplate.Parse(File.ReadAllText(Path.Combine(folder, name)));
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Path.ChangeExtension(name, ".json"))));

        foreach (JsonElement example in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            string Rendered() => template.Render(Variables(file.RootElement, example), TimeProvider.System).Text.Value;

            if (example.TryGetProperty("error", out JsonElement error))
                Should.Throw<HoneException>(Rendered).Message.ShouldContain(Reason(error.GetString()!));
            else
                Rendered().ShouldBe(example.GetProperty("rendered").GetString());
        }
    }

    [Theory, MemberData(nameof(Templates))]
    public void What_the_assistant_says_is_the_target_and_nothing_before_it(string name)
    {
        string folder = ParityFolder.Require("chat-templates");
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Path.ChangeExtension(name, ".json"))));
        ChatTemplate template = new(File.ReadAllText(Path.Combine(folder, name)), Tokens(file.RootElement));
        TargetFinder finder = new(template, [file.RootElement.GetProperty("eos_token").GetString()!], []);

        foreach (JsonElement example in file.RootElement.GetProperty("cases").EnumerateArray().Where(IsFinished))
        {
            ChatMessage[] messages = [.. example.GetProperty("messages").EnumerateArray().Select(Message)];
            Conversation conversation = new(messages, example.TryGetProperty("tools", out JsonElement tools) ? tools : null);
            RenderedChat rendered = template.Render(conversation, addGenerationPrompt: false);

            List<ChatTarget> targets = finder.Find(conversation, rendered);

            rendered.Text.ShouldBe(example.GetProperty("rendered").GetString());
            foreach (ChatTarget target in targets.Where(target => messages[target.Message].Content.Length > 0))
                rendered.Text[target.Start..target.End].TrimStart().ShouldStartWith(messages[target.Message].Content.Trim());
            targets.Select(target => target.Message).ShouldContain(Array.FindLastIndex(messages, message => message.IsAssistant));
        }
    }

    public static IEnumerable<TheoryDataRow<string>> Templates() => ParityFolder.Files("chat-templates", "*.jinja");

    /// <summary>As transformers passes them: what the file sets for all cases, and tools that are none where there are none.</summary>
    static Dictionary<string, object?> Variables(JsonElement file, JsonElement example)
    {
        Dictionary<string, object?> variables = new() { ["tools"] = null, ["documents"] = null };
        foreach (JsonProperty property in file.EnumerateObject().Where(property => property.Name != "cases"))
            variables[property.Name] = JsonValues.Read(property.Value, Origin.Template);
        foreach (JsonProperty property in example.EnumerateObject().Where(property => property.Name is not ("rendered" or "error")))
            variables[property.Name] = JsonValues.Read(property.Value, Origin.Of(0));
        return variables;
    }

    static bool IsFinished(JsonElement example) =>
        example.TryGetProperty("rendered", out _)
        && !example.GetProperty("add_generation_prompt").GetBoolean()
        && example.GetProperty("messages").EnumerateArray().Any(message => message.GetProperty("role").GetString() == "assistant");

    static Dictionary<string, string> Tokens(JsonElement file) =>
        file.EnumerateObject()
            .Where(property => property.Name.EndsWith("_token", StringComparison.Ordinal) && property.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);

    static ChatMessage Message(JsonElement json)
    {
        string? Text(string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

        IEnumerable<JsonElement> calls = json.TryGetProperty("tool_calls", out JsonElement list) ? list.EnumerateArray() : [];
        return new ChatMessage(Text("role")!, Text("content") ?? "")
        {
            Name = Text("name"),
            ToolCallId = Text("tool_call_id"),
            ToolCalls = [.. calls.Select(call => new ToolCall(call.GetProperty("id").GetString()!, Function(call, "name").GetString()!, Function(call, "arguments").GetRawText()))],
        };
    }

    static JsonElement Function(JsonElement call, string field) => call.GetProperty("function").GetProperty(field);

    // Only what a template raises itself is worded alike: "TemplateError: System role not supported".
    static string Reason(string error) =>
        error.StartsWith("TemplateError: ", StringComparison.Ordinal) ? error["TemplateError: ".Length..] : "";
}
