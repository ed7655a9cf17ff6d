using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hone.Engine;

namespace Hone.Server.Http;

/// <summary>The text of a settings file, and where in it everything stands: what is wrong with it is said with file, line and key.</summary>
sealed class SettingsJson
{
    const int ShownLength = 40;

    static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    static readonly JsonDocumentOptions Parsing = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    readonly string _path;
    readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal); // of each key, from 1

    SettingsJson(string path) => _path = path;

    /// <summary>Reads a record whose members are known by their names; every other name, and every value of another kind, is refused.</summary>
    /// <param name="check">Refuses values that are out of their ranges, by the key.</param>
    public static T Read<T>(string path, JsonSerializerOptions format, Action<T, Action<string, string>> check)
    {
        var settings = new SettingsJson(path);
        byte[] utf8 = settings.ReadBytes();
        settings.FindLines(utf8);
        using var document = JsonDocument.Parse(WithoutMark(utf8), Parsing);
        settings.Check(document.RootElement, format.GetTypeInfo(typeof(T)), "");
        T read = document.RootElement.Deserialize<T>(format)!;
        check(read, (key, expected) => throw settings.WrongValue(key, expected, Find(document.RootElement, key)));
        return read;
    }

    byte[] ReadBytes()
    {
        try
        {
            return File.ReadAllBytes(_path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HoneException(Text.Of($"There are no settings {_path}. Name another file with --config, or leave it out.", $"设置文件 {_path} 不存在。请用 --config 指定其他文件，或省略该选项。"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"The settings {_path} cannot be opened: {error.Message} Make the file readable.", $"无法打开设置文件 {_path}：{error.Message} 请使该文件可读。"), error);
        }
    }

    /// <summary>Walks over the text once: it must be JSON in which no key stands twice.</summary>
    void FindLines(byte[] utf8)
    {
        ReadOnlySpan<byte> text = WithoutMark(utf8).Span;
        var reader = new Utf8JsonReader(text, Reading);
        var names = new Stack<string>();
        int line = 1;
        long counted = 0;
        try
        {
            while (reader.Read())
            {
                line += text[(int)counted..(int)reader.TokenStartIndex].Count((byte)'\n');
                counted = reader.TokenStartIndex;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        names.Push(names.TryPeek(out string? parent) && parent.Length > 0 ? $"{parent}.{reader.GetString()}" : reader.GetString()!);
                        if (!_lines.TryAdd(names.Peek(), line))
                            throw Problem(names.Peek(), line, Text.Of("stands there twice (first in line " + _lines[names.Peek()] + "). Delete one of them.", $"重复出现（第一次在第 {_lines[names.Peek()]} 行）。请删除其中一个。"));
                        continue;
                    case JsonTokenType.StartArray:
                        throw Problem(names.TryPeek(out string? list) ? list : "", line, Text.Of("is a list, and no setting is one. Correct it.", "是列表，但没有任何设置项是列表。请修正。"));
                    case JsonTokenType.StartObject:
                        continue;
                }

                // A value, or the end of an object, is the end of what its name began.
                names.TryPop(out _);
            }
        }
        catch (JsonException error)
        {
            throw NoJson(text, error);
        }
        catch (InvalidOperationException error)
        {
            throw new HoneException(Text.Of($"{_path}, line {line}: a text has bytes or escapes that are no characters. Correct it.", $"{_path} 第 {line} 行：文本含有不是字符的字节或转义。请修正。"), error);
        }
    }

    HoneException NoJson(ReadOnlySpan<byte> text, JsonException error)
    {
        long line = error.LineNumber ?? 0, position = error.BytePositionInLine ?? 0;
        for (long i = 0; i < line; i++)
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        int end = text.IndexOf((byte)'\n');
        string before = Encoding.UTF8.GetString(text[..(int)Math.Min(position, text.Length)]).Trim();
        string after = Encoding.UTF8.GetString((end < 0 ? text : text[..end])[(int)Math.Min(position, end < 0 ? text.Length : end)..]).Trim();
        string where = after.Length > 0 ? Text.Of($"before \"{Start(after)}\"", $"“{Start(after)}”之前")
            : before.Length > 0 ? Text.Of($"after \"{End(before)}\"", $"“{End(before)}”之后")
            : Text.Of("where the text ends", "文本末尾处");
        return new HoneException(Text.Of(
            $"{_path}, line {line + 1}: this is no JSON {where}. A comma, colon, quote or bracket is missing there, or too much.",
            $"{_path} 第 {line + 1} 行：{where}不是有效的 JSON。那里缺少或多出了逗号、冒号、引号或括号。"), error);
    }

    static string Start(string text) => text.Length > ShownLength ? text[..ShownLength] + "…" : text;

    static string End(string text) => text.Length > ShownLength ? "…" + text[^ShownLength..] : text;

    void Check(JsonElement value, JsonTypeInfo type, string key)
    {
        if (type.Kind == JsonTypeInfoKind.None)
        {
            CheckScalar(value, type, key);
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
            throw WrongValue(key, Text.Of("an object: { … }", "对象：{ … }"), value);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string name = key.Length > 0 ? $"{key}.{member.Name}" : member.Name;
            Type? inner = type.Kind == JsonTypeInfoKind.Dictionary ? type.ElementType : type.Properties.FirstOrDefault(property => property.Name == member.Name)?.PropertyType;
            Check(member.Value, type.Options.GetTypeInfo(inner ?? throw UnknownName(name, type)), name);
        }

        if (type.Properties.FirstOrDefault(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)) is { } missing)
            throw Problem(key, LineOf(key), Text.Of($"lacks \"{missing.Name}\". Add it.", $"缺少“{missing.Name}”。请补上。"));
    }

    void CheckScalar(JsonElement value, JsonTypeInfo type, string key)
    {
        try
        {
            if (value.ValueKind != JsonValueKind.Null && value.Deserialize(type) is not null)
                return;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // Said below, in words for people.
        }

        Type kind = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        throw WrongValue(
            key,
            kind == typeof(string) ? Text.Of("a text in quotes", "带引号的文本")
            : kind == typeof(int) || kind == typeof(long) ? Text.Of("a whole number", "整数")
            : kind == typeof(DateOnly) ? Text.Of("a date in quotes such as \"2026-01-31\"", "带引号的日期，如 \"2026-01-31\"")
            : kind == typeof(bool) ? Text.Of("true or false", "true 或 false")
            : Text.Of("a number", "数字"),
            value);
    }

    HoneException UnknownName(string key, JsonTypeInfo type)
    {
        string[] known = [.. type.Properties.Select(property => property.Name)];
        return new HoneException(Text.Of(
            $"{_path}, line {LineOf(key)}: there is no setting \"{key}\". Known there are {string.Join(", ", known)}. Correct the name, or delete it.",
            $"{_path} 第 {LineOf(key)} 行：没有设置项“{key}”。该处可用的有 {string.Join("、", known)}。请改正名称或将其删除。"));
    }

    HoneException WrongValue(string key, string expected, JsonElement? value) =>
        Problem(key, LineOf(key), value is { } given
            ? Text.Of($"must be {expected}; it is {Start(given.GetRawText())}. Correct it, or delete it for its default.", $"必须是{expected}，而现在是 {Start(given.GetRawText())}。请修正，或删除以使用默认值。")
            : Text.Of($"must be {expected}. Correct it, or delete it for its default.", $"必须是{expected}。请修正，或删除以使用默认值。"));

    HoneException Problem(string key, int line, string problem) =>
        new(key.Length > 0
            ? Text.Of($"{_path}, line {line}: \"{key}\" {problem}", $"{_path} 第 {line} 行：“{key}”{problem}")
            : Text.Of($"{_path}, line {line}: the whole {problem}", $"{_path} 第 {line} 行：整个内容{problem}"));

    int LineOf(string key) => _lines.GetValueOrDefault(key, 1);

    static JsonElement? Find(JsonElement root, string key)
    {
        foreach (string name in key.Split('.'))
        {
            if (!root.TryGetProperty(name, out root))
                return null;
        }

        return root;
    }

    /// <summary>Editors of Windows write a byte order mark.</summary>
    static ReadOnlyMemory<byte> WithoutMark(byte[] utf8) => utf8.AsSpan().StartsWith("\ufeff"u8) ? utf8.AsMemory(3) : utf8;
}
