using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>What the JSON parser has against a text, in the language in use: its own messages are in English alone, and some are for programmers.</summary>
static partial class JsonProblem
{
    /// <summary>The parser's messages, of which <c>$1</c> is what stands between start and end, and what to say in their place; null for the same words.</summary>
    static readonly (string Start, string End, string? English, string Chinese)[] Known =
    [
        ("'", "' is an invalid start of a value", null, "值不能以 '$1' 开头"),
        ("'", "' is an invalid start of a property name. Expected a '\"'", null, "名称不能以 '$1' 开头，应以双引号开头"),
        ("'", "' is invalid after a property name. Expected a ':'", null, "名称之后不应是 '$1'，应为 ':'"),
        ("'", "' is invalid after a value. Expected either ',', '}', or ']'", null, "值之后不应是 '$1'，应为 ','、'}' 或 ']'"),
        ("'", "' is invalid after a single JSON value. Expected end of data", null, "值已结束，之后不应有 '$1'"),
        ("'", "' is invalid without a matching open", null, "'$1' 没有对应的左括号"),
        ("'", "' is an invalid JSON literal. Expected the literal 'true'", null, "'$1' 不是有效的值"),
        ("'", "' is an invalid JSON literal. Expected the literal 'false'", null, "'$1' 不是有效的值"),
        ("'", "' is an invalid JSON literal. Expected the literal 'null'", null, "'$1' 不是有效的值"),
        ("'", "' is an invalid end of a number. Expected a delimiter", null, "数字不能以 '$1' 结尾"),
        ("'", "' is an invalid end of a number. Expected 'E' or 'e'", null, "数字不能以 '$1' 结尾"),
        ("'", "' is invalid within a number, immediately after a decimal point ('.'). Expected a digit ('0'-'9')", null, "小数点之后不应是 '$1'，应为数字"),
        ("'", "' is invalid within a number, immediately after a sign character ('+' or '-'). Expected a digit ('0'-'9')", null, "正负号之后不应是 '$1'，应为数字"),
        ("Invalid leading zero before '", "'", null, "数字不能以 0 开头（在 '$1' 之前）"),
        ("'", "' is an invalid escapable character within a JSON string. The string should be correctly escaped", null, "\\$1 不是转义；作为文本的反斜杠请写两个"),
        ("'", "' is invalid within a JSON string. The string should be correctly escaped", null, "文本中不能直接出现 '$1'，请写成 \\n、\\t 等转义"),
        ("The maximum configured depth of ", " has been exceeded. Cannot read next JSON array", "lists and objects are nested deeper than $1", "列表和对象的嵌套超过 $1 层"),
        ("The maximum configured depth of ", " has been exceeded. Cannot read next JSON object", "lists and objects are nested deeper than $1", "列表和对象的嵌套超过 $1 层"),
        ("Duplicate property '", "' encountered during deserialization", "the name '$1' occurs twice", "名称 '$1' 重复"),
        ("Duplicate properties not allowed during deserialization", "", "a name occurs twice", "名称重复"),
        ("The JSON array contains a trailing comma at the end which is not supported in this mode. Change the reader options", "", "a comma stands before ]", "] 之前多了一个逗号"),
        ("The JSON object contains a trailing comma at the end which is not supported in this mode. Change the reader options", "", "a comma stands before }", "} 之前多了一个逗号"),
        ("Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed", "", "it ends within an object or a list, which must be closed", "在对象或列表中结束，缺少右括号"),
        ("Expected start of a property name or value, but instead reached end of data", "", null, "在应有名称或值的地方结束"),
        ("Expected end of string, but instead reached end of data", "", null, "在文本中结束，缺少右引号"),
        ("Expected a digit ('0'-'9'), but instead reached end of data", "", null, "在数字中结束"),
        ("The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true", "", "there is nothing", "没有内容"),
    ];

    /// <summary>On one line, without the place and without a full stop.</summary>
    public static string Of(JsonException error)
    {
        string message = Spaces().Replace(Place().Replace(error.Message, ""), " ").TrimEnd('.', ' ').Replace('\e', '\ufffd');
        foreach ((string start, string end, string? english, string chinese) in Known)
            if (message.Length >= start.Length + end.Length && message.StartsWith(start, StringComparison.Ordinal) && message.EndsWith(end, StringComparison.Ordinal))
                return Text.Of(english ?? message, chinese).Replace("$1", message[start.Length..^end.Length], StringComparison.Ordinal);
        return message;
    }

    [GeneratedRegex(@" (LineNumber|Path):.*$", RegexOptions.Singleline)]
    private static partial Regex Place();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
