using System.Text.Json;
using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>An object inside a line of a data set, read with errors that name the example, the place in it, the line and the fix.</summary>
sealed class LineFields
{
    readonly JsonLine _line;
    readonly JsonElement _value;
    readonly string _place;

    LineFields(JsonLine line, JsonElement value, string place)
    {
        _line = line;
        _value = value;
        _place = place;
    }

    public static LineFields Of(JsonLine line) => new(line, line.Value, "");

    public bool Has(string name) => _value.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public JsonElement? Find(string name) => Has(name) ? _value.GetProperty(name) : null;

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty property in _value.EnumerateObject())
            if (!names.Contains(property.Name))
                throw Error(Engine.Text.Of($"contains an extra \"{property.Name}\"", $"含有多余的 \"{property.Name}\""), Engine.Text.Of($"remove it; known are {string.Join(", ", names)}", $"请删除它；可用的有 {string.Join("、", names)}"));
    }

    public string RequireText(string name)
    {
        JsonElement value = Require(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Error(IsA(name, value), Engine.Text.Of("give a string", "请给出字符串"));
    }

    public string? Text(string name) => Has(name) ? RequireText(name) : null;

    public LineFields RequireObject(string name)
    {
        JsonElement value = Require(name);
        return value.ValueKind == JsonValueKind.Object ? new LineFields(_line, value, Within(name)) : throw Error(IsA(name, value), Engine.Text.Of("give an object", "请给出对象"));
    }

    /// <summary>The objects of a list that is not empty, each named by <paramref name="itemName"/> and its number.</summary>
    public List<LineFields> RequireObjects(string name, string itemName)
    {
        JsonElement value = Require(name);
        if (value.ValueKind != JsonValueKind.Array)
            throw Error(IsA(name, value), Engine.Text.Of("give a list", "请给出列表"));
        if (value.GetArrayLength() == 0)
            throw Error(Engine.Text.Of($"'{name}' is empty", $"的 '{name}' 为空"), Engine.Text.Of("give at least one item", "请至少给出一项"));

        List<LineFields> items = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            LineFields fields = new(_line, item, Within($"{itemName} {items.Count + 1}"));
            items.Add(item.ValueKind == JsonValueKind.Object ? fields : throw fields.Error(Engine.Text.Of($"is {Kind(item)}", $"是{Kind(item)}"), Engine.Text.Of("give an object", "请给出对象")));
        }
        return items;
    }

    public JsonElement Require(string name) =>
        Find(name)
        ?? throw (
            _place.Length == 0
                ? new HoneException(Engine.Text.Of($"Example {_line.Example} is missing key '{name}' (line {_line.Line}).", $"样本 {_line.Example} 缺少键 '{name}'（第 {_line.Line} 行）。"))
                : Error(Engine.Text.Of($"is missing key '{name}'", $"缺少键 '{name}'"), Engine.Text.Of("add it", "请加上"))
        );

    /// <summary>In the words of the fine-tuning API: what is wrong in which message, the line, and what to do.</summary>
    public HoneException Error(string wrong, string fix)
    {
        string place = _place.Length > 0 ? Engine.Text.Of($", {_place}", $"，{_place}") : "";
        return new HoneException(Engine.Text.Of(
            $"Invalid file format. Example {_line.Example}{place} {wrong} (line {_line.Line}): {fix}.",
            $"文件格式无效。样本 {_line.Example}{place} {wrong}（第 {_line.Line} 行）：{fix}。")) { Code = "invalid_file_format" };
    }

    public static string Kind(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => Engine.Text.Of("an object", "对象"),
            JsonValueKind.Array => Engine.Text.Of("a list", "列表"),
            JsonValueKind.String => Engine.Text.Of("a string", "字符串"),
            JsonValueKind.Number => Engine.Text.Of("a number", "数字"),
            JsonValueKind.True or JsonValueKind.False => Engine.Text.Of("a truth value", "布尔值"),
            _ => "null",
        };

    static string IsA(string name, JsonElement value) => Engine.Text.Of($"'{name}' is {Kind(value)}", $"的 '{name}' 是{Kind(value)}");

    string Within(string name) => _place.Length == 0 ? name : Engine.Text.Of($"{_place}, {name}", $"{_place}，{name}");
}
