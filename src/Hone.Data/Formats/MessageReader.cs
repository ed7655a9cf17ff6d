using System.Text;
using System.Text.Json;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Formats;

/// <summary>Messages in OpenAI's format.</summary>
static class MessageReader
{
    static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static ChatMessage Read(LineFields fields)
    {
        if (!fields.Has("role"))
            throw fields.Error(Text.Of("Discriminator 'role' is missing in value", "缺少 'role'"), Text.Of($"add a role: {string.Join(", ", Roles)}", $"请加上角色：{string.Join("、", Roles)}"));
        string role = fields.RequireText("role");
        if (!Roles.Contains(role))
            throw fields.Error(Text.Of($"has the role \"{role}\"", $"的角色是 \"{role}\""), Text.Of($"use one of {string.Join(", ", Roles)}", $"请使用 {string.Join("、", Roles)} 之一"));

        return role switch
        {
            "assistant" => ReadAssistant(fields),
            "tool" => ReadTool(fields),
            "function" => ReadFunction(fields),
            _ => ReadPlain(fields, role),
        };
    }

    static ChatMessage ReadPlain(LineFields fields, string role)
    {
        fields.AllowOnly("role", "content", "name");
        return new ChatMessage(role, RequireContent(fields)) { Name = fields.Text("name") };
    }

    static ChatMessage ReadTool(LineFields fields)
    {
        fields.AllowOnly("role", "content", "tool_call_id", "name");
        return new ChatMessage("tool", RequireContent(fields)) { ToolCallId = fields.RequireText("tool_call_id"), Name = fields.Text("name") };
    }

    static ChatMessage ReadFunction(LineFields fields)
    {
        fields.AllowOnly("role", "content", "name");
        return new ChatMessage("function", Content(fields) ?? "") { Name = fields.RequireText("name") };
    }

    static ChatMessage ReadAssistant(LineFields fields)
    {
        fields.AllowOnly("role", "content", "name", "refusal", "reasoning_content", "tool_calls", "function_call", "weight");
        List<ToolCall> calls = ReadCalls(fields);
        string? content = Content(fields) ?? fields.Text("refusal");
        if (content is null && calls.Count == 0)
            throw fields.Error(Text.Of("has no content", "没有内容"), Text.Of("give its content or its tool_calls", "请给出 content 或 tool_calls"));

        return new ChatMessage("assistant", content ?? "")
        {
            Name = fields.Text("name"),
            Reasoning = fields.Text("reasoning_content"),
            ToolCalls = calls,
            Weight = ReadWeight(fields),
        };
    }

    static float ReadWeight(LineFields fields)
    {
        if (fields.Find("weight") is not { } weight)
            return 1;
        return weight.ValueKind == JsonValueKind.Number && weight.TryGetSingle(out float value) && value is >= 0 and <= 1
            ? value
            : throw fields.Error(Text.Of($"has the weight {weight.GetRawText()}", $"的 weight 是 {weight.GetRawText()}"), Text.Of("give 0 (not trained on) or 1, or a number between", "请给出 0（不训练）、1 或两者之间的数"));
    }

    static List<ToolCall> ReadCalls(LineFields fields)
    {
        List<ToolCall> calls = [];
        if (fields.Has("tool_calls"))
            foreach (LineFields call in fields.RequireObjects("tool_calls", Text.Of("tool call", "工具调用")))
            {
                call.AllowOnly("id", "type", "function");
                calls.Add(ReadCall(call.RequireText("id"), call.RequireObject("function")));
            }
        if (fields.Has("function_call"))
            calls.Add(ReadCall("", fields.RequireObject("function_call")));
        return calls;
    }

    static ToolCall ReadCall(string id, LineFields function)
    {
        function.AllowOnly("name", "arguments");
        JsonElement arguments = function.Require("arguments");
        string json = arguments.ValueKind == JsonValueKind.Object ? arguments.GetRawText() : function.RequireText("arguments");
        return new ToolCall(id, function.RequireText("name"), json);
    }

    static string RequireContent(LineFields fields) => Content(fields) ?? throw fields.Error(Text.Of("has no content", "没有内容"), Text.Of("give its content", "请给出 content"));

    /// <summary>A string, or the text of its parts joined; null when there is none.</summary>
    static string? Content(LineFields fields)
    {
        if (fields.Find("content") is not { } content || content.ValueKind == JsonValueKind.String)
            return fields.Text("content");
        if (content.ValueKind != JsonValueKind.Array)
            throw fields.Error(Text.Of($"has {LineFields.Kind(content)} as content", $"的 content 是{LineFields.Kind(content)}"), Text.Of("give a string or a list of text parts", "请给出字符串或文本片段的列表"));

        StringBuilder text = new();
        foreach (LineFields part in fields.RequireObjects("content", Text.Of("part", "片段")))
            text.Append(
                part.RequireText("type") switch
                {
                    "text" => part.RequireText("text"),
                    "refusal" => part.RequireText("refusal"),
                    string type => throw part.Error(Text.Of($"is of type \"{type}\"", $"的类型是 \"{type}\""), Text.Of("these models read text only; remove the part", "这些模型只能读取文本；请删除该片段")),
                }
            );
        return text.ToString();
    }
}
