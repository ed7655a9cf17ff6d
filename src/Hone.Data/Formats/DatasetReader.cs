using System.Text.Json;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Formats;

/// <summary>Reads a training file line by line. What its first line holds, all lines must hold.</summary>
public static class DatasetReader
{
    /// <exception cref="HoneException">The first problem, with its line, field and reason.</exception>
    public static IEnumerable<DatasetLine> Read(string path) => Read(JsonLines.Read(path));

    /// <summary>The same of lines that come from elsewhere.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static IEnumerable<DatasetLine> Read(IEnumerable<JsonLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        DatasetKind? kind = null;
        foreach (JsonLine line in lines)
        {
            kind ??= KindOf(line.Value);
            yield return ReadLine(line.Value, kind, new LineReport(line.Example, line.Line, take: null))!;
        }
    }

    /// <summary>What a file holds, judged by its first line.</summary>
    public static DatasetKind KindOf(string path)
    {
        foreach (JsonLine line in JsonLines.Read(path))
            return KindOf(line.Value) ?? throw Unknown(line.Value, line.Example, line.Line).ToException();
        throw new HoneException(Text.Of($"{path} is empty. Write one example per line.", $"{path} 为空。请每行写一个样本。"));
    }

    /// <summary>Whether the first line of a file is an object, but no training line of any kind.</summary>
    /// <exception cref="HoneException">It cannot be read.</exception>
    public static bool HoldsOtherRows(string path)
    {
        foreach (JsonLine line in JsonLines.Read(path))
            return KindOf(line.Value) is null;
        return false;
    }

    public static string Name(DatasetKind kind) =>
        kind switch
        {
            DatasetKind.Chat => Text.Of("chat messages", "对话"),
            DatasetKind.Completion => Text.Of("prompt and completion", "提示与补全"),
            _ => Text.Of("preferences", "偏好"),
        };

    /// <summary>What a line holds, by its keys; null when they say nothing.</summary>
    internal static DatasetKind? KindOf(JsonElement line)
    {
        bool Has(string name) => line.TryGetProperty(name, out _);
        if (Has("messages"))
            return DatasetKind.Chat;
        // An input that is a text belongs to an instruction of the Alpaca kind.
        if (Has("preferred_output") || Has("non_preferred_output") || (line.TryGetProperty("input", out JsonElement input) && input.ValueKind == JsonValueKind.Object))
            return DatasetKind.Preference;
        return Has("prompt") || Has("completion") ? DatasetKind.Completion : null;
    }

    /// <summary>A line of a file; null when something was reported that training refuses.</summary>
    /// <param name="line">An object. What is returned refers to its tools.</param>
    /// <param name="kind">What the file holds; null when no line so far said it.</param>
    internal static DatasetLine? ReadLine(JsonElement line, DatasetKind? kind, LineReport report)
    {
        DatasetKind? found = KindOf(line) ?? kind;
        if (found is null)
            report.Add(Unknown(line, report.Example, report.Line));
        else if (found != kind && kind is { } expected)
            report.Add(Mixed(found.Value, expected, report.Example, report.Line));
        if (report.HasErrors)
            return null;

        var fields = LineFields.Of(report, line);
        DatasetLine read = found switch
        {
            DatasetKind.Chat => ReadChat(fields, report),
            DatasetKind.Completion => ReadCompletion(fields, report),
            _ => ReadPreference(fields, report),
        };
        return report.HasErrors ? null : read;
    }

    static Finding Mixed(DatasetKind found, DatasetKind expected, int example, int line)
    {
        string fix = Text.Of("put them into separate files", "请分成不同的文件");
        string what = Text.Of($"the line holds {Name(found)}, but the file began with {Name(expected)}", $"该行是{Name(found)}，而文件开头是{Name(expected)}");
        return new Finding(FindingCodes.MixedFormats, example, line, null, what, fix)
        {
            Message = Text.Of(
                $"Line {line} holds {Name(found)}, but the file began with {Name(expected)}. Put them into separate files.",
                $"第 {line} 行是{Name(found)}，而文件开头是{Name(expected)}。请分成不同的文件。"),
        };
    }

    static Finding Unknown(JsonElement value, int example, int line)
    {
        string keys = string.Join(", ", value.EnumerateObject().Take(5).Select(property => Excerpt.Of(property.Name)));
        string message = Text.Of(
            $"Unexpected file format, expected either prompt/completion pairs or chat messages. Line {line} has {(keys.Length > 0 ? "the keys " + keys : "no keys")}.",
            $"文件格式不符，应为提示与补全或对话。第 {line} 行{(keys.Length > 0 ? "的键为 " + keys : "没有键")}。");
        string what = Text.Of($"the line has {(keys.Length > 0 ? "the keys " + keys : "no keys")}", $"该行{(keys.Length > 0 ? "的键为 " + keys : "没有键")}");
        string fix = Text.Of("give messages, or prompt and completion, or input with preferred_output and non_preferred_output", "请给出 messages，或 prompt 与 completion，或 input 与 preferred_output、non_preferred_output");
        return new Finding(FindingCodes.MissingMessagesList, example, line, "messages", what, fix) { Message = message };
    }

    static ChatLine ReadChat(LineFields fields, LineReport report)
    {
        fields.AllowOnly("messages", "tools", "functions", "parallel_tool_calls");
        Conversation conversation = ReadConversation(fields);
        if (conversation.Messages.Count > 0 && !conversation.Messages.Any(message => message.IsAssistant))
            fields.Report(
                FindingCodes.ExampleMissingAssistantMessage,
                null,
                Text.Of("has no assistant message", "没有 assistant 消息"),
                Text.Of("add the answer that the model is to learn", "请加入模型要学习的回答"));
        return new ChatLine(report.Example, report.Line, conversation);
    }

    static CompletionLine ReadCompletion(LineFields fields, LineReport report)
    {
        fields.AllowOnly("prompt", "completion");
        string? prompt = fields.RequireText("prompt");
        string? completion = fields.RequireText("completion");
        if (completion is "")
            fields.Report(
                FindingCodes.EmptyCompletion,
                "completion",
                Text.Of("has an empty 'completion'", "的 'completion' 为空"),
                Text.Of("give the text that the model is to learn, or remove the line", "请写上模型要学习的文本，或删除该行"));
        return new CompletionLine(report.Example, report.Line, prompt ?? "", completion ?? "");
    }

    static PreferenceLine ReadPreference(LineFields fields, LineReport report)
    {
        fields.AllowOnly("input", "preferred_output", "non_preferred_output");
        LineFields? input = fields.RequireObject("input");
        input?.AllowOnly("messages", "tools", "functions", "parallel_tool_calls");
        Conversation prompt = input is null ? new Conversation([]) : ReadConversation(input);
        return new PreferenceLine(report.Example, report.Line, prompt, ReadAnswer(fields, "preferred_output"), ReadAnswer(fields, "non_preferred_output"));
    }

    static ChatMessage ReadAnswer(LineFields fields, string name)
    {
        ChatMessage[] messages = ReadMessages(fields, name, Text.Of($"{name}, message", $"{name}，消息"));
        if (messages.Length > 1 || messages.Any(message => !message.IsAssistant))
            fields.Report(
                FindingCodes.InvalidOutput,
                name,
                Text.Of($"'{name}' is not one assistant message", $"的 '{name}' 不是一条 assistant 消息"),
                Text.Of("give a list with exactly one assistant message", "请给出恰好包含一条 assistant 消息的列表"));
        return messages.FirstOrDefault(new ChatMessage("", ""));
    }

    static Conversation ReadConversation(LineFields fields) =>
        new(ReadMessages(fields, "messages", Text.Of("message", "消息"), FindingCodes.MissingMessagesList), ReadTools(fields));

    static ChatMessage[] ReadMessages(LineFields fields, string name, string itemName, string? code = null) =>
        [.. fields.RequireObjects(name, itemName, code, areMessages: true).Select(MessageReader.Read)];

    /// <summary>The tools; functions, their older form, are wrapped as tools.</summary>
    static JsonElement? ReadTools(LineFields fields)
    {
        if (fields.Has("tools"))
        {
            foreach (LineFields tool in fields.RequireObjects("tools", Text.Of("tool", "工具")))
                tool.RequireObject("function")?.RequireText("name");
            return fields.Find("tools");
        }
        if (!fields.Has("functions"))
            return null;

        IReadOnlyList<LineFields> functions = fields.RequireObjects("functions", Text.Of("function", "函数"));
        foreach (LineFields function in functions)
            function.RequireText("name");
        return functions.Count == 0 ? null : JsonSerializer.SerializeToElement(functions.Select(function => new { type = "function", function = function.Value }));
    }
}
