using System.Text;
using Hone.Data.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

public class DatasetReaderTests
{
    const string Chat = """{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}""";
    const string Completion = """{"prompt": "很好 ->", "completion": " positive"}""";
    const string Preference =
        """{"input": {"messages": [{"role": "user", "content": "Q"}]}, "preferred_output": [{"role": "assistant", "content": "A"}], "non_preferred_output": [{"role": "assistant", "content": "B"}]}""";

    [Fact]
    public void A_chat_line_is_read_with_all_that_OpenAI_allows()
    {
        const string line = """
            {"messages": [
              {"role": "system", "content": [{"type": "text", "text": "Be "}, {"type": "text", "text": "brief."}], "name": "boss"},
              {"role": "user", "content": "天气?"},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]},
              {"role": "tool", "tool_call_id": "c1", "content": "晴"},
              {"role": "assistant", "content": "晴天。", "weight": 0},
              {"role": "assistant", "refusal": "no", "function_call": {"name": "g", "arguments": "{}"}}],
             "functions": [{"name": "f", "parameters": {}}], "parallel_tool_calls": false}
            """;

        ChatLine chat = Read(line.ReplaceLineEndings(" ")).ShouldHaveSingleItem().ShouldBeOfType<ChatLine>();

        chat.Conversation.Messages.Select(message => message.Role).ShouldBe(["system", "user", "assistant", "tool", "assistant", "assistant"]);
        chat.Conversation.Messages[0].Content.ShouldBe("Be brief.");
        chat.Conversation.Messages[2].ToolCalls.ShouldHaveSingleItem().Arguments.ShouldBe("{\"a\": 1}");
        chat.Conversation.Messages[3].ToolCallId.ShouldBe("c1");
        chat.Conversation.Messages[4].Weight.ShouldBe(0);
        chat.Conversation.Messages[5].Content.ShouldBe("no");
        chat.Conversation.Tools!.Value[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("f");
    }

    [Fact]
    public void A_byte_order_mark_blank_lines_and_carriage_returns_are_skipped()
    {
        List<DatasetLine> lines = Read("\ufeff" + Completion + "\r\n\r\n  \n" + Completion);

        lines.Select(line => (line.Example, line.Line)).ShouldBe([(1, 1), (2, 4)]);
        lines[0].ShouldBe(new CompletionLine(1, 1, "很好 ->", " positive"));
    }

    [Fact]
    public void A_preference_line_is_read()
    {
        PreferenceLine line = Read(Preference).ShouldHaveSingleItem().ShouldBeOfType<PreferenceLine>();

        (line.Prompt.Messages[0].Content, line.Preferred.Content, line.NonPreferred.Content).ShouldBe(("Q", "A", "B"));
    }

    [Theory]
    [InlineData(Chat, DatasetKind.Chat)]
    [InlineData(Completion, DatasetKind.Completion)]
    [InlineData(Preference, DatasetKind.Preference)]
    [InlineData("""{"input": {"messages": []}}""", DatasetKind.Preference)]
    [InlineData("""{"input": "x", "completion": "y"}""", DatasetKind.Completion)]
    public void The_first_line_decides_what_the_file_holds(string line, DatasetKind kind)
    {
        using TextFile file = new(line + "\n" + line);

        DatasetReader.KindOf(file.Path).ShouldBe(kind);
    }

    [Fact]
    public void A_mixed_file_is_refused_at_the_line_that_differs() =>
        Problem(Chat + "\n" + Completion).ShouldBe("Line 2 holds prompt and completion, but the file began with chat messages. Put them into separate files.");

    [Theory]
    [InlineData("{}", "Unexpected file format, expected either prompt/completion pairs or chat messages. Line 1 has no keys.")]
    [InlineData("""{"text": "x"}""", "Line 1 has the keys text.")]
    [InlineData(Chat + "\n{}", "Example 2 is missing key 'messages' (line 2).")]
    [InlineData(Completion + "\n\n{\"prompt\": \"x\"}", "Example 2 is missing key 'completion' (line 3).")]
    [InlineData("""{"preferred_output": []}""", "Example 1 is missing key 'input' (line 1).")]
    [InlineData("{\"\\ud83d\": 1}", "line 1 has an escape \\ud… without its other half")]
    [InlineData("[1]", "Example 1 is not a JSON object (line 1 starts with: [1]). Write one object per line.")]
    [InlineData("[\n{}]", "the object goes on in the next line; write each object on one line (line 1)")]
    [InlineData(Chat + "\n{\"messages\": [}", "Example 2 cannot be parsed. Error: line contains invalid json:")]
    [InlineData(Chat + "\n{\"messages\": [}", "(line 2)")]
    [InlineData("""{"prompt": "a", "prompt": "b", "completion": "c"}""", "line contains invalid json: ")]
    [InlineData("""{"prompt": "\ud83d", "completion": "c"}""", "line 1 has an escape \\ud… without its other half")]
    [InlineData("""{"prompt": 5, "completion": "c"}""", "Invalid file format. Example 1 'prompt' is a number (line 1): give a string.")]
    [InlineData("""{"prompt": "a", "completion": ""}""", "Example 1 has an empty 'completion' (line 1)")]
    [InlineData("""{"prompt": "a", "completion": "b", "id": 1}""", "Invalid file format. Example 1 contains an extra \"id\" (line 1): remove it; known are prompt, completion.")]
    [InlineData("""{"messages": []}""", "Example 1 'messages' is empty (line 1)")]
    [InlineData("""{"messages": "x"}""", "Example 1 'messages' is a string (line 1): give a list.")]
    [InlineData("""{"messages": ["x"]}""", "Example 1, message 1 is a string (line 1): give an object.")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}, {"content": "b"}]}""", "Invalid file format. Example 1, message 2 Discriminator 'role' is missing in value (line 1)")]
    [InlineData("""{"messages": [{"role": "bot", "content": "a"}]}""", "Example 1, message 1 has the role \"bot\" (line 1): use one of system, developer, user, assistant, tool, function.")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "Example 1, message 1 has no content (line 1)")]
    [InlineData("""{"messages": [{"role": "user", "content": 1}]}""", "Example 1, message 1 has a number as content (line 1)")]
    [InlineData("""{"messages": [{"role": "user", "content": "a", "weight": 1}]}""", "Example 1, message 1 contains an extra \"weight\" (line 1)")]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}""", "Example 1, message 1, part 1 is of type \"image_url\" (line 1): these models read text only")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "a", "weight": 2}]}""", "Example 1, message 1 has the weight 2 (line 1)")]
    [InlineData("""{"messages": [{"role": "assistant"}]}""", "Example 1, message 1 has no content (line 1): give its content or its tool_calls.")]
    [InlineData("""{"messages": [{"role": "tool", "content": "a"}]}""", "Example 1, message 1 is missing key 'tool_call_id' (line 1)")]
    [InlineData("""{"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}]}""", "Example 1, message 1, tool call 1, function is missing key 'arguments' (line 1)")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}]}""", "Example 1 has no assistant message (line 1)")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "a"}], "tools": [{"type": "function"}]}""", "Example 1, tool 1 is missing key 'function' (line 1)")]
    [InlineData("""{"input": {"messages": [{"role": "user", "content": "a"}]}, "preferred_output": [{"role": "user", "content": "a"}], "non_preferred_output": []}""", "'preferred_output' is not one assistant message")]
    public void A_bad_line_is_named_with_its_field_and_the_fix(string text, string problem) => Problem(text).ShouldContain(problem);

    [Fact]
    public void In_Chinese_the_place_of_an_error_is_Chinese_too()
    {
        Text.IsChinese = true; // of this test alone

        Problem("""{"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}]}""")
            .ShouldBe("文件格式无效。样本 1，消息 1，工具调用 1，function 缺少键 'arguments'（第 1 行）：请加上。");
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        Problem([.. Encoding.UTF8.GetBytes("{\"prompt\": \""), 0xc4, 0xe3, .. Encoding.UTF8.GetBytes("\", \"completion\": \"x\"}")])
            .ShouldBe("Example 1 cannot be parsed: line 1 is not UTF-8. Save the file as UTF-8.");
        foreach (Encoding wide in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
            Problem(wide.GetBytes(Completion)).ShouldBe("Line 1 is UTF-16. Save the file as UTF-8.");
        Problem(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Completion)).ToArray()).ShouldBe("Line 1 is UTF-16. Save the file as UTF-8.");
    }

    [Fact]
    public void A_line_without_end_is_refused() =>
        Problem(Encoding.UTF8.GetBytes(Completion + "\n" + new string(' ', 20_000_000))).ShouldBe("Line 2 is longer than 16 MB. Write one JSON object per line.");

    [Fact]
    public void Missing_and_empty_files_are_named()
    {
        using TextFile empty = new("\n \n");

        Should.Throw<HoneException>(() => DatasetReader.KindOf(empty.Path)).Message.ShouldContain("is empty");
        Should.Throw<HoneException>(() => DatasetReader.KindOf("/nowhere/x.jsonl")).Message.ShouldBe("/nowhere/x.jsonl cannot be read: there is no such file.");
    }

    static List<DatasetLine> Read(string text)
    {
        using TextFile file = new(text);
        return [.. DatasetReader.Read(file.Path)];
    }

    static string Problem(string text) => Problem(Encoding.UTF8.GetBytes(text));

    static string Problem(byte[] bytes)
    {
        using TextFile file = new(bytes);
        return Should.Throw<HoneException>(() => DatasetReader.Read(file.Path).ToList()).Message;
    }
}
