using System.Text.Json;

namespace Hone.Data.Formats;

/// <summary>An object inside a line of a data set. What is wrong is reported with the example, the place in it, the line and the fix; then there is no value.</summary>
sealed class LineFields
{
    readonly LineReport _report;
    readonly JsonElement _value;
    readonly LineFields? _parent;
    readonly string _key;
    readonly string _itemName;
    readonly int _number; // within a list, from 1; 0 for a member

    LineFields(LineReport report, JsonElement value, LineFields? parent = null, string key = "", string itemName = "", int number = 0)
    {
        (_report, _value, _parent) = (report, value, parent);
        (_key, _itemName, _number) = (key, itemName, number);
    }

    public static LineFields Of(LineReport report, JsonElement value) => new(report, value);

    public JsonElement Value => _value;

    /// <summary>Whether this is one of the messages, whose keys have codes of their own.</summary>
    public bool IsMessage { get; init; }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the member is there and null.</summary>
    public bool IsNull(string name) => _value.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public JsonElement? Find(string name) => _value.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty property in _value.EnumerateObject())
        {
            if (IsAmong(property, names))
                continue;
            string name = Excerpt.Of(property.Name);
            Report(
                IsMessage ? FindingCodes.MessageUnrecognizedKey : FindingCodes.UnrecognizedKey,
                name,
                Engine.Text.Of($"contains an extra \"{name}\"", $"含有多余的 \"{name}\""),
                Engine.Text.Of($"remove it; known are {string.Join(", ", names)}", $"请删除它；可用的有 {string.Join("、", names)}"));
        }
    }

    public string? RequireText(string name, string code = FindingCodes.WrongType) => Require(name) is { } value ? TextOf(name, value, code) : null;

    /// <summary>Null where there is none, too.</summary>
    public string? Text(string name) => Find(name) is { } value ? TextOf(name, value, FindingCodes.WrongType) : null;

    public LineFields? RequireObject(string name)
    {
        if (Require(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new LineFields(_report, value, this, name);
        Report(FindingCodes.WrongType, name, IsA(name, value), Engine.Text.Of("give an object", "请给出对象"));
        return null;
    }

    /// <summary>The objects of a list that is not empty, each named by <paramref name="itemName"/> and its number.</summary>
    /// <param name="code">Where the list as a whole is wrong; null for the general codes.</param>
    public IReadOnlyList<LineFields> RequireObjects(string name, string itemName, string? code = null, bool areMessages = false)
    {
        if (Require(name, code) is not { } list)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
        {
            Report(code ?? FindingCodes.WrongType, name, IsA(name, list), Engine.Text.Of("give a list", "请给出列表"));
            return [];
        }
        if (list.GetArrayLength() == 0)
        {
            Report(code ?? FindingCodes.EmptyList, name, Engine.Text.Of($"'{name}' is empty", $"的 '{name}' 为空"), Engine.Text.Of("give at least one item", "请至少给出一项"));
            return [];
        }

        List<LineFields> items = new(list.GetArrayLength());
        int number = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            LineFields fields = new(_report, item, this, name, itemName, ++number) { IsMessage = areMessages };
            if (item.ValueKind == JsonValueKind.Object)
                items.Add(fields);
            else
                fields.Report(FindingCodes.WrongType, null, Engine.Text.Of($"is {Kind(item)}", $"是{Kind(item)}"), Engine.Text.Of("give an object", "请给出对象"));
        }
        return items;
    }

    /// <param name="code">Where it is missing; null for the general one.</param>
    public JsonElement? Require(string name, string? code = null)
    {
        if (Find(name) is { } value)
            return value;
        code ??= IsMessage ? FindingCodes.MessageMissingKey : FindingCodes.MissingKey;
        string wrong = Engine.Text.Of($"is missing key '{name}'", $"缺少键 '{name}'");
        string fix = Engine.Text.Of("add it", "请加上");
        if (_parent is null)
            _report.Add(new Finding(code, _report.Example, _report.Line, name, Described(wrong), fix)
            {
                Message = Engine.Text.Of($"Example {_report.Example} is missing key '{name}' (line {_report.Line}).", $"样本 {_report.Example} 缺少键 '{name}'（第 {_report.Line} 行）。"),
            });
        else
            Report(code, name, wrong, fix);
        return null;
    }

    /// <summary>In the words of the fine-tuning API: what is wrong in which message, the line, and what to do.</summary>
    /// <param name="name">The member that is meant; null for this object itself.</param>
    public void Report(string code, string? name, string wrong, string fix)
    {
        string place = Place is { Length: > 0 } within ? Engine.Text.Of($", {within}", $"，{within}") : "";
        _report.Add(new Finding(code, _report.Example, _report.Line, name is null ? FieldPath : PathOf(name), Described(wrong), fix)
        {
            Message = Engine.Text.Of(
                $"Invalid file format. Example {_report.Example}{place} {wrong} (line {_report.Line}): {fix}.",
                $"文件格式无效。样本 {_report.Example}{place} {wrong}（第 {_report.Line} 行）：{fix}。"),
            ErrorCode = "invalid_file_format",
        });
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

    /// <summary>Where this object stands, in words: <c>message 2, tool call 1, function</c>; empty for the line.</summary>
    string Place
    {
        get
        {
            if (_parent is null)
                return "";
            string name = _number == 0 ? _key : $"{_itemName} {_number}";
            return _parent.Place is { Length: > 0 } outer ? Engine.Text.Of($"{outer}, {name}", $"{outer}，{name}") : name;
        }
    }

    /// <summary>The same as a path: <c>messages[1].tool_calls[0].function</c>; null for the line.</summary>
    string? FieldPath => _parent is null ? null : _number == 0 ? _parent.PathOf(_key) : $"{_parent.PathOf(_key)}[{_number - 1}]";

    string PathOf(string name) => FieldPath is { } path ? $"{path}.{name}" : name;

    string Described(string wrong) => Place is { Length: > 0 } place ? $"{place} {wrong}" : Engine.Text.Of($"the example {wrong}", $"样本{wrong}");

    string? TextOf(string name, JsonElement value, string code)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Report(code, name, IsA(name, value), Engine.Text.Of("give a string", "请给出字符串"));
        return null;
    }

    static bool IsAmong(JsonProperty property, ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (property.NameEquals(name))
                return true;
        return false;
    }

    static string IsA(string name, JsonElement value) => Engine.Text.Of($"'{name}' is {Kind(value)}", $"的 '{name}' 是{Kind(value)}");
}
