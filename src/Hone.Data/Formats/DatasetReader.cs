using System.Text.Json;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Formats;

/// <summary>Reads a training file line by line. What its first line holds, all lines must hold.</summary>
public static class DatasetReader
{
    public static IEnumerable<DatasetLine> Read(string path)
    {
        DatasetKind? kind = null;
        foreach (JsonLine line in JsonLines.Read(path))
        {
            DatasetKind found = KindOf(line) ?? kind ?? throw Unknown(line);
            kind ??= found;
            if (found != kind)
                throw new HoneException(Text.Of(
                    $"Line {line.Line} holds {Name(found)}, but the file began with {Name(kind.Value)}. Put them into separate files.",
                    $"第 {line.Line} 行是{Name(found)}，而文件开头是{Name(kind.Value)}。请分成不同的文件。"));
            yield return ReadLine(line, found);
        }
    }

    /// <summary>What a file holds, judged by its first line.</summary>
    public static DatasetKind KindOf(string path)
    {
        foreach (JsonLine line in JsonLines.Read(path))
            return KindOf(line) ?? throw Unknown(line);
        throw new HoneException(Text.Of($"{path} is empty. Write one example per line.", $"{path} 为空。请每行写一个样本。"));
    }

    public static string Name(DatasetKind kind) =>
        kind switch
        {
            DatasetKind.Chat => Text.Of("chat messages", "对话"),
            DatasetKind.Completion => Text.Of("prompt and completion", "提示与补全"),
            _ => Text.Of("preferences", "偏好"),
        };

    static DatasetKind? KindOf(JsonLine line)
    {
        bool Has(string name) => line.Value.TryGetProperty(name, out _);
        if (Has("messages"))
            return DatasetKind.Chat;
        if (Has("preferred_output") || Has("non_preferred_output") || Has("input"))
            return DatasetKind.Preference;
        return Has("prompt") || Has("completion") ? DatasetKind.Completion : null;
    }

    static HoneException Unknown(JsonLine line)
    {
        string keys = string.Join(", ", line.Value.EnumerateObject().Take(5).Select(property => property.Name));
        return new HoneException(Text.Of(
            $"Unexpected file format, expected either prompt/completion pairs or chat messages. Line {line.Line} has {(keys.Length > 0 ? "the keys " + keys : "no keys")}.",
            $"文件格式不符，应为提示与补全或对话。第 {line.Line} 行{(keys.Length > 0 ? "的键为 " + keys : "没有键")}。"));
    }

    static DatasetLine ReadLine(JsonLine line, DatasetKind kind) =>
        kind switch
        {
            DatasetKind.Chat => ReadChat(line),
            DatasetKind.Completion => ReadCompletion(line),
            _ => ReadPreference(line),
        };

    static ChatLine ReadChat(JsonLine line)
    {
        var fields = LineFields.Of(line);
        fields.AllowOnly("messages", "tools", "functions", "parallel_tool_calls");
        Conversation conversation = ReadConversation(fields);
        if (!conversation.Messages.Any(message => message.IsAssistant))
            throw fields.Error(Text.Of("has no assistant message", "没有 assistant 消息"), Text.Of("add the answer that the model is to learn", "请加入模型要学习的回答"));
        return new ChatLine(line.Example, line.Line, conversation);
    }

    static CompletionLine ReadCompletion(JsonLine line)
    {
        var fields = LineFields.Of(line);
        fields.AllowOnly("prompt", "completion");
        string prompt = fields.RequireText("prompt");
        string completion = fields.RequireText("completion");
        if (completion.Length == 0)
            throw fields.Error(Text.Of("has an empty 'completion'", "的 'completion' 为空"), Text.Of("give the text that the model is to learn, or remove the line", "请写上模型要学习的文本，或删除该行"));
        return new CompletionLine(line.Example, line.Line, prompt, completion);
    }

    static PreferenceLine ReadPreference(JsonLine line)
    {
        var fields = LineFields.Of(line);
        fields.AllowOnly("input", "preferred_output", "non_preferred_output");
        LineFields input = fields.RequireObject("input");
        input.AllowOnly("messages", "tools", "functions", "parallel_tool_calls");
        Conversation prompt = ReadConversation(input);
        return new PreferenceLine(line.Example, line.Line, prompt, ReadAnswer(fields, "preferred_output"), ReadAnswer(fields, "non_preferred_output"));
    }

    static ChatMessage ReadAnswer(LineFields fields, string name)
    {
        List<LineFields> messages = fields.RequireObjects(name, Text.Of($"{name}, message", $"{name}，消息"));
        ChatMessage answer = MessageReader.Read(messages[0]);
        if (messages.Count > 1 || !answer.IsAssistant)
            throw fields.Error(Text.Of($"'{name}' is not one assistant message", $"的 '{name}' 不是一条 assistant 消息"), Text.Of("give a list with exactly one assistant message", "请给出恰好包含一条 assistant 消息的列表"));
        return answer;
    }

    static Conversation ReadConversation(LineFields fields)
    {
        ChatMessage[] messages = [.. fields.RequireObjects("messages", Text.Of("message", "消息")).Select(MessageReader.Read)];
        return new Conversation(messages, ReadTools(fields));
    }

    /// <summary>The tools; functions, their older form, are wrapped as tools.</summary>
    static JsonElement? ReadTools(LineFields fields)
    {
        if (fields.Has("tools"))
        {
            foreach (LineFields tool in fields.RequireObjects("tools", Text.Of("tool", "工具")))
                tool.RequireObject("function").RequireText("name");
            return fields.Find("tools");
        }
        if (!fields.Has("functions"))
            return null;

        foreach (LineFields function in fields.RequireObjects("functions", Text.Of("function", "函数")))
            function.RequireText("name");
        return JsonSerializer.SerializeToElement(
            fields.Find("functions")!.Value.EnumerateArray().Select(function => new { type = "function", function })
        );
    }
}
