using System.Text;
using System.Text.Json;
using Hone.Engine;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Formats;

/// <summary>Messages in OpenAI's format. One that was reported has no more than its role.</summary>
static class MessageReader
{
    static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static ChatMessage Read(LineFields fields) =>
        ReadRole(fields) switch
        {
            "assistant" => ReadAssistant(fields),
            "tool" => ReadTool(fields),
            "function" => ReadFunction(fields),
            { } role => ReadPlain(fields, role),
            null => ReadWithoutRole(fields),
        };

    /// <summary>Null when it is none of the known ones.</summary>
    static string? ReadRole(LineFields fields)
    {
        if (!fields.Has("role"))
        {
            string fix = Text.Of($"add a role: {string.Join(", ", Roles)}", $"请加上角色：{string.Join("、", Roles)}");
            fields.Report(FindingCodes.MessageMissingKey, "role", Text.Of("Discriminator 'role' is missing in value", "缺少 'role'"), fix);
            fields.Report(FindingCodes.UnrecognizedRole, "role", Text.Of("has no role", "没有角色"), fix);
            return null;
        }
        string? role = fields.RequireText("role", FindingCodes.UnrecognizedRole);
        if (role is null || Array.IndexOf(Roles, role) is >= 0)
            return role;
        fields.Report(
            FindingCodes.UnrecognizedRole,
            "role",
            Text.Of($"has the role \"{Excerpt.Of(role)}\"", $"的角色是 \"{Excerpt.Of(role)}\""),
            Text.Of($"use one of {string.Join(", ", Roles)}", $"请使用 {string.Join("、", Roles)} 之一"));
        return null;
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
        if (content is null && !HasContentOrCalls(fields))
            ReportNoContent(fields, Text.Of("give its content or its tool_calls", "请给出 content 或 tool_calls"));

        return new ChatMessage("assistant", content ?? "")
        {
            Name = fields.Text("name"),
            Reasoning = fields.Text("reasoning_content"),
            ToolCalls = calls,
            Weight = ReadWeight(fields),
        };
    }

    /// <summary>The role was reported; what every role has in common is still looked at.</summary>
    static ChatMessage ReadWithoutRole(LineFields fields)
    {
        fields.AllowOnly("role", "content", "name", "refusal", "reasoning_content", "tool_calls", "tool_call_id", "function_call", "weight");
        if (!HasContentOrCalls(fields))
            ReportNoContent(fields, Text.Of("give its content", "请给出 content"));
        return new ChatMessage("", "");
    }

    static bool HasContentOrCalls(LineFields fields) => fields.Has("content") || fields.Has("refusal") || fields.Has("tool_calls") || fields.Has("function_call");

    static float ReadWeight(LineFields fields)
    {
        if (fields.Find("weight") is not { } weight)
            return 1;
        if (weight.ValueKind == JsonValueKind.Number && weight.TryGetSingle(out float value) && value is >= 0 and <= 1)
            return value;
        fields.Report(
            FindingCodes.InvalidWeight,
            "weight",
            Text.Of($"has the weight {Excerpt.Of(weight.GetRawText())}", $"的 weight 是 {Excerpt.Of(weight.GetRawText())}"),
            Text.Of("give 0 (not trained on) or 1, or a number between", "请给出 0（不训练）、1 或两者之间的数"));
        return 1;
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

    static ToolCall ReadCall(string? id, LineFields? function)
    {
        if (function is null)
            return new ToolCall("", "", "");
        function.AllowOnly("name", "arguments");
        string? json = function.Find("arguments") is { ValueKind: JsonValueKind.Object } arguments ? arguments.GetRawText() : function.RequireText("arguments");
        return new ToolCall(id ?? "", function.RequireText("name") ?? "", json ?? "");
    }

    static string RequireContent(LineFields fields)
    {
        if (!fields.Has("content"))
            ReportNoContent(fields, Text.Of("give its content", "请给出 content"));
        return Content(fields) ?? "";
    }

    static void ReportNoContent(LineFields fields, string fix)
    {
        fields.Report(FindingCodes.MissingContent, "content", Text.Of("has no content", "没有内容"), fix);
        if (!fields.IsNull("content"))
            fields.Report(FindingCodes.MessageMissingKey, "content", Text.Of("is missing key 'content'", "缺少键 'content'"), fix);
    }

    /// <summary>A string, or the text of its parts joined; null when there is none.</summary>
    static string? Content(LineFields fields)
    {
        if (fields.Find("content") is not { } content || content.ValueKind == JsonValueKind.String)
            return fields.Text("content");
        if (content.ValueKind != JsonValueKind.Array)
        {
            fields.Report(
                FindingCodes.MissingContent,
                "content",
                Text.Of($"has {LineFields.Kind(content)} as content", $"的 content 是{LineFields.Kind(content)}"),
                Text.Of("give a string or a list of text parts", "请给出字符串或文本片段的列表"));
            return null;
        }

        StringBuilder text = new();
        foreach (LineFields part in fields.RequireObjects("content", Text.Of("part", "片段"), FindingCodes.MissingContent))
            text.Append(ReadPart(part));
        return text.ToString();
    }

    static string? ReadPart(LineFields part)
    {
        string? type = part.RequireText("type");
        if (type is null or "text" or "refusal")
            return type is null ? null : part.RequireText(type);
        part.Report(
            FindingCodes.UnsupportedContent,
            "type",
            Text.Of($"is of type \"{Excerpt.Of(type)}\"", $"的类型是 \"{Excerpt.Of(type)}\""),
            Text.Of("these models read text only; remove the part", "这些模型只能读取文本；请删除该片段"));
        return null;
    }
}
