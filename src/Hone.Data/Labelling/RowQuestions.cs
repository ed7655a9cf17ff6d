using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Endpoints;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Labelling;

/// <summary>Makes a question of each row, and of row and answer what is written.</summary>
sealed class RowQuestions
{
    readonly LabelSettings _settings;
    readonly ClassNames? _classes;
    readonly Template? _prompt;
    readonly Template? _system;
    readonly Template? _writtenPrompt;
    readonly Template? _writtenSystem;

    public RowQuestions(SourceFile source, LabelSettings settings, ClassNames? classes)
    {
        (_settings, _classes) = (settings, classes);
        (_prompt, _system) = (Parsed(settings.Prompt), Parsed(settings.System));
        (_writtenPrompt, _writtenSystem) = (Parsed(settings.WrittenPrompt), Parsed(settings.WrittenSystem));

        var columns = ColumnSet.Of(source);
        foreach (Template template in new[] { _prompt, _system, _writtenPrompt, _writtenSystem }.OfType<Template>())
            RowMapping.RequireColumns(template.Columns, columns);
        if (_prompt is null && columns.Sample.Count > 0 && Asked(columns.Sample[0].Value) is null)
            throw new HoneException(Text.Of(
                $"The rows of {source.Path} hold neither messages nor a prompt. Say what to ask with --prompt, such as --prompt \"Classify: {{{columns.Names[0]}}}\".",
                $"{source.Path} 的各行既没有 messages 也没有 prompt。请用 --prompt 说明要问什么，例如 --prompt \"分类：{{{columns.Names[0]}}}\"。"));
    }

    public AskedRow Of(JsonLine row)
    {
        if (_settings.Column is { } column && !_settings.AsksAgain && Cells.Text(row.Value, column).Length > 0)
            return new AskedRow(row.Line, row.Value, null, null);
        if (_prompt?.Columns.FirstOrDefault(name => string.IsNullOrWhiteSpace(Cells.Text(row.Value, name))) is { } empty)
            return new AskedRow(row.Line, row.Value, null, Text.Of($"{empty} is empty", $"{empty} 为空"));
        if (Messages(row.Value) is not { Count: > 0 } messages)
            return new AskedRow(row.Line, row.Value, null, Text.Of("there is nothing to ask: no user message with text", "没有可问的内容：缺少带文本的 user 消息"));

        if (_classes is not null)
            messages[^1] = messages[^1] with { Content = $"{messages[^1].Content}\n\n{_classes.Instruction(messages[^1].Content)}" };
        ChatQuestion question = new(messages, _settings.MaxTokens)
        {
            Temperature = _settings.Temperature,
            Choices = _settings.IsConstrained ? _classes?.All ?? [] : [],
        };
        return new AskedRow(row.Line, row.Value, question, null);
    }

    /// <summary>The row with its answer in a column, or a training example.</summary>
    public JsonElement Written(AskedRow row, string answer)
    {
        if (_settings.Column is { } column)
        {
            JsonObject labelled = JsonObject.Create(row.Value)!;
            labelled[column] = answer;
            return JsonSerializer.SerializeToElement(labelled);
        }

        List<QuestionMessage> messages = Messages(row.Value)!;
        if (_writtenPrompt is not null)
            messages[^1] = new QuestionMessage("user", _writtenPrompt.Render(row.Value));
        if (_writtenSystem is not null)
        {
            messages.RemoveAll(message => ChatMessage.IsInstructionRole(message.Role));
            if (_writtenSystem.Source.Length > 0)
                messages.Insert(0, new QuestionMessage("system", _writtenSystem.Render(row.Value)));
        }
        messages.Add(new QuestionMessage("assistant", answer));
        return JsonSerializer.SerializeToElement(new { messages = messages.Select(message => new { role = message.Role, content = message.Content }) });
    }

    /// <summary>What is asked, without the instruction that names the classes; null where there is nothing.</summary>
    List<QuestionMessage>? Messages(JsonElement row)
    {
        List<QuestionMessage>? messages = _prompt is null ? Asked(row) : [new QuestionMessage("user", _prompt.Render(row))];
        if (messages is null || _system is null)
            return messages;
        messages.RemoveAll(message => ChatMessage.IsInstructionRole(message.Role));
        messages.Insert(0, new QuestionMessage("system", _system.Render(row)));
        return messages;
    }

    /// <summary>The conversation of a row up to its last user message; its prompt where it has no messages; null where it has neither.</summary>
    static List<QuestionMessage>? Asked(JsonElement row)
    {
        JsonElement? list = Cells.Find(row, "messages") ?? Cells.Find(row, "input.messages");
        if (list is not { ValueKind: JsonValueKind.Array } messages)
            return Cells.Find(row, "prompt") is { ValueKind: JsonValueKind.String } prompt && !string.IsNullOrWhiteSpace(prompt.GetString()) ? [new QuestionMessage("user", prompt.GetString()!)] : null;

        List<QuestionMessage> asked = [];
        foreach (JsonElement message in messages.EnumerateArray())
        {
            // A call of a tool, or a picture, cannot be told in words.
            if (Cells.Find(message, "role") is not { ValueKind: JsonValueKind.String } role || Cells.Find(message, "content") is not { ValueKind: JsonValueKind.String } content)
                return null;
            asked.Add(new QuestionMessage(role.GetString()!, content.GetString()!));
        }
        int last = asked.FindLastIndex(message => message.Role == "user");
        return last < 0 || string.IsNullOrWhiteSpace(asked[last].Content) ? null : asked[..(last + 1)];
    }

    static Template? Parsed(string? text) => text is null ? null : Template.Parse(text);
}
