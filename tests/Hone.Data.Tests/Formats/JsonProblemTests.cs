using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Formats;

public sealed class JsonProblemTests
{
    /// <summary>What the parser of this version says, in Chinese: it may word none of its messages otherwise.</summary>
    [Theory]
    [InlineData("""{"a": }""", "值不能以 '}' 开头")]
    [InlineData("""{a: 1}""", "名称不能以 'a' 开头，应以双引号开头")]
    [InlineData("""{"a" 1}""", "名称之后不应是 '1'，应为 ':'")]
    [InlineData("""{"a": 1 "b": 2}""", "值之后不应是 '\"'，应为 ','、'}' 或 ']'")]
    [InlineData("""{"a": 1} x""", "值已结束，之后不应有 'x'")]
    [InlineData("""]""", "值不能以 ']' 开头")]
    [InlineData("""[1}""", "'}' 没有对应的左括号")]
    [InlineData("""{"a": True}""", "值不能以 'T' 开头")]
    [InlineData("""tru""", "'tru' 不是有效的值")]
    [InlineData("""nul""", "'nul' 不是有效的值")]
    [InlineData("""fals""", "'fals' 不是有效的值")]
    [InlineData("""{"a": 1x}""", "数字不能以 'x' 结尾")]
    [InlineData("""{"a": 1.x}""", "小数点之后不应是 'x'，应为数字")]
    [InlineData("""{"a": -x}""", "正负号之后不应是 'x'，应为数字")]
    [InlineData("""{"a": 01}""", "数字不能以 0 开头（在 '1' 之前）")]
    [InlineData("""{"a": "\x"}""", "\\x 不是转义；作为文本的反斜杠请写两个")]
    [InlineData("{\"a\": \"b\tc\"}", "文本中不能直接出现 '0x09'，请写成 \\n、\\t 等转义")]
    [InlineData("""{"a": 1, "a": 2}""", "名称 'a' 重复")]
    [InlineData("""[1, ]""", "] 之前多了一个逗号")]
    [InlineData("""{"a": 1, }""", "} 之前多了一个逗号")]
    [InlineData("""{"a": [1 """, "在对象或列表中结束，缺少右括号")]
    [InlineData("""{"a": 1,""", "在应有名称或值的地方结束")]
    [InlineData("""{"a":""", "在对象或列表中结束，缺少右括号")]
    [InlineData("""{"a": "b""", "在文本中结束，缺少右引号")]
    [InlineData("""-""", "在数字中结束")]
    [InlineData("", "没有内容")]
    public void Every_message_of_the_parser_is_there_in_Chinese(string json, string expected)
    {
        Text.IsChinese = true; // of this test alone

        JsonProblem.Of(Problem(json)).ShouldBe(expected);
    }

    [Fact]
    public void What_is_nested_too_deeply_is_said_in_both_languages()
    {
        JsonException problem = Problem(new string('[', 65));

        JsonProblem.Of(problem).ShouldBe("lists and objects are nested deeper than 64");
        Text.IsChinese = true; // of this test alone
        JsonProblem.Of(problem).ShouldBe("列表和对象的嵌套超过 64 层");
    }

    static JsonException Problem(string json) => (JsonException)Record.Exception(() => JsonDocument.Parse(json, JsonLines.Options))!;
}
