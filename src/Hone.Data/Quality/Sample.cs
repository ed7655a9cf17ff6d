using System.Text;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Quality;

/// <summary>A training line as texts: what the model is told, what it is asked, and what it should answer. Read leniently: what a line must hold is for <c>hone data check</c> to say.</summary>
/// <param name="Line">The line in its file, from 1.</param>
/// <param name="Instructions">System and developer messages and the tools, which many lines share; empty where there are none.</param>
/// <param name="Prompt">All that comes before the answer: one user message as it is, a longer conversation with the role before each message.</param>
/// <param name="Answer">The last assistant message, the completion, or the preferred answer; a call of a tool reads <c>name({…})</c>.</param>
/// <param name="Value">The line itself.</param>
sealed record Sample(int Line, string Instructions, string Prompt, string Answer, JsonElement Value)
{
    /// <summary>The answer that is not preferred; null where the line is no preference.</summary>
    public string? Rejected { get; init; }

    /// <exception cref="HoneException">The line is no chat, no prompt with completion and no preference.</exception>
    public static Sample Of(JsonLine line)
    {
        JsonElement value = line.Value;
        if (Find(value, "messages") is { ValueKind: JsonValueKind.Array } messages)
            return OfChat(line, value, messages);
        if (Find(value, "input") is { ValueKind: JsonValueKind.Object } input && Find(input, "messages") is { ValueKind: JsonValueKind.Array } asked)
            return OfPreference(line, input, asked);
        if (Find(value, "prompt") is not null || Find(value, "completion") is not null)
            return new Sample(line.Line, "", TextOf(Find(value, "prompt")), TextOf(Find(value, "completion")), value);
        throw new HoneException(Text.Of(
            $"Line {line.Line} is no training example: it holds neither messages, nor prompt and completion, nor input with two outputs. 'hone data check' lists such lines.",
            $"第 {line.Line} 行不是训练样本：既没有 messages，也没有 prompt 与 completion，也没有 input 与两个输出。'hone data check' 会列出这样的行。"));
    }

    static Sample OfChat(JsonLine line, JsonElement holder, JsonElement messages)
    {
        JsonElement[] all = [.. messages.EnumerateArray()];
        int last = Array.FindLastIndex(all, message => RoleOf(message) == "assistant");
        string answer = last < 0 ? "" : ContentOf(all[last]);
        return new Sample(line.Line, InstructionsOf(holder, all), PromptOf(last < 0 ? all : all[..last]), answer, line.Value);
    }

    static Sample OfPreference(JsonLine line, JsonElement input, JsonElement messages)
    {
        JsonElement[] asked = [.. messages.EnumerateArray()];
        string answer = AnswerOf(line.Value, "preferred_output");
        return new Sample(line.Line, InstructionsOf(input, asked), PromptOf(asked), answer, line.Value) { Rejected = AnswerOf(line.Value, "non_preferred_output") };
    }

    static string AnswerOf(JsonElement value, string name) =>
        Find(value, name) is { ValueKind: JsonValueKind.Array } messages ? string.Join('\n', messages.EnumerateArray().Select(ContentOf)) : "";

    static string InstructionsOf(JsonElement holder, JsonElement[] messages)
    {
        IEnumerable<string> told = messages.Where(IsInstruction).Select(ContentOf);
        IEnumerable<string> tools = new[] { Find(holder, "tools"), Find(holder, "functions") }.OfType<JsonElement>().Select(list => list.GetRawText());
        return string.Join('\n', told.Concat(tools));
    }

    static string PromptOf(JsonElement[] messages)
    {
        JsonElement[] asked = [.. messages.Where(message => !IsInstruction(message))];
        return asked.Length == 1 ? ContentOf(asked[0]) : string.Join('\n', asked.Select(message => $"{RoleOf(message)}: {ContentOf(message)}"));
    }

    static bool IsInstruction(JsonElement message) => ChatMessage.IsInstructionRole(RoleOf(message));

    static string RoleOf(JsonElement message) => TextOf(Find(message, "role"));

    /// <summary>The text of a message, then its calls of tools.</summary>
    static string ContentOf(JsonElement message)
    {
        StringBuilder text = new(TextOf(Find(message, "content") ?? Find(message, "refusal")));
        if (Find(message, "tool_calls") is { ValueKind: JsonValueKind.Array } calls)
            foreach (JsonElement call in calls.EnumerateArray())
                AppendCall(text, Find(call, "function"));
        AppendCall(text, Find(message, "function_call"));
        return text.ToString();
    }

    static void AppendCall(StringBuilder text, JsonElement? function)
    {
        if (function is not { ValueKind: JsonValueKind.Object } call)
            return;
        if (text.Length > 0)
            text.Append('\n');
        text.Append(TextOf(Find(call, "name"))).Append('(').Append(TextOf(Find(call, "arguments"))).Append(')');
    }

    /// <summary>A string as it is, the text parts of a list joined, anything else as JSON.</summary>
    static string TextOf(JsonElement? value) =>
        value switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(part => TextOf(Find(part, "text") ?? Find(part, "refusal")))),
            { } other => other.GetRawText(),
        };

    /// <summary>A member that is there and not null.</summary>
    static JsonElement? Find(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
