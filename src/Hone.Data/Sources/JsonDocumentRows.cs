using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>The rows of JSON that is not one object per line. The stream is opened anew for each reading, and each column of a table by columns has its own.</summary>
sealed class JsonDocumentRows(Func<Stream> open, string path)
{
    const int Sampled = 100;

    /// <summary>Lists whose items are conversations: texts in turn.</summary>
    static readonly string[] Conversations = ["conversations", "dialogs", "dialogues", "对话"];

    public SourceRows Open(SourceOptions options, List<string> notes)
    {
        var outline = JsonOutline.Of(open());
        if (outline.First is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            throw new HoneException(Text.Of($"{path} holds no list and no object.", $"{path} 中没有列表或对象。"));
        if (outline.Values > 1)
            return SourceRows.OfObjects(passOver => Rows(TopLevel, passOver), options);
        return outline.First == JsonTokenType.StartArray ? SourceRows.OfObjects(passOver => Rows(pass => Items(null, pass), passOver), options) : OfObject(outline, options, notes);
    }

    SourceRows OfObject(JsonOutline outline, SourceOptions options, List<string> notes)
    {
        IReadOnlyList<JsonMember> members = outline.Members;
        JsonMember[] lists = [.. members.Where(IsListOfRows)];
        if (lists.Length > 0)
            return OfList(lists, options, notes);

        // Lists of unlike length are rows too: which of them is wrong can then be said.
        if (members.Count > 0 && members.All(member => member.Value == JsonTokenType.StartArray && member.Item == JsonTokenType.Number))
            return Noted(SourceRows.OfObjects(_ => Entries(), options), Text.Of("an object of lists of numbers: columns key, value", "数字列表组成的对象：列 key, value"), notes);
        bool isEven = members.Count > 0 && members[0].Count > 0 && members.All(member => member.Count == members[0].Count && member.Value == members[0].Value);
        bool isTable = isEven && members.All(member => !IsOpening(member.Item)) && (members[0].Value == JsonTokenType.StartArray || (members[0].FirstName is { } first && first.All(char.IsAsciiDigit)));
        if (isTable)
            return Noted(new SourceRows([.. members.Select(member => member.Name)], _ => Columns(members)), Text.Of("column by column", "按列存放"), notes);
        if (members.Count > 1 && members.All(member => member.Value == JsonTokenType.StartObject))
            return Noted(SourceRows.OfObjects(_ => Entries(), options), Text.Of("an object of objects: its names are in the column key", "对象组成的对象：其名称放入列 key"), notes);
        return SourceRows.OfObjects(passOver => Rows(TopLevel, passOver), options);
    }

    SourceRows OfList(JsonMember[] lists, SourceOptions options, List<string> notes)
    {
        string names = string.Join(", ", lists.Select(list => $"{list.Name} ({list.Count})"));
        JsonMember? list = options.Sheet is { } name ? lists.FirstOrDefault(list => list.Name == name) : lists.Length == 1 ? lists[0] : null;
        if (list is null)
            throw new HoneException(options.Sheet is null
                ? Text.Of($"{path} holds several lists: {names}. Name one with --sheet.", $"{path} 中有多个列表：{names}。请用 --sheet 指定一个。")
                : Text.Of($"{path} has no list {options.Sheet}. It has: {names}.", $"{path} 没有列表 {options.Sheet}。现有：{names}。"));
        notes.Add(lists.Length == 1 ? Text.Of($"the list {list.Name}", $"列表 {list.Name}") : Text.Of($"the list {list.Name} of {names}", $"列表 {list.Name}，全部为 {names}"));
        return SourceRows.OfObjects(passOver => Rows(pass => Items(list.Name, pass), passOver, Conversations.Contains(list.Name)), options) with { Sheets = [.. lists.Select(one => one.Name)] };
    }

    static SourceRows Noted(SourceRows rows, string note, List<string> notes)
    {
        notes.Add(note);
        return rows;
    }

    /// <summary>A list of objects or of lists. One of messages is a conversation: part of a row, and no list of rows.</summary>
    static bool IsListOfRows(JsonMember member) =>
        member.Value == JsonTokenType.StartArray && IsOpening(member.Item) && member.FirstName is not ("role" or "from" or "content" or "value");

    static bool IsOpening(JsonTokenType token) => token is JsonTokenType.StartObject or JsonTokenType.StartArray;

    /// <summary>Values as rows: a list becomes <c>column1</c> …, or <c>turns</c> where lists differ in length; a single value becomes <c>text</c>.</summary>
    static IEnumerable<JsonLine> Rows(Func<PassOver, IEnumerable<(int Line, JsonElement Value)>> values, PassOver passOver, bool areTurns = false)
    {
        areTurns = areTurns || values((_, _) => true).Take(Sampled).Where(item => item.Value.ValueKind == JsonValueKind.Array).Select(item => item.Value.GetArrayLength()).Distinct().Count() > 1;
        int example = 0;
        foreach ((int line, JsonElement value) in values(passOver))
        {
            example++;
            JsonElement row = value.ValueKind switch
            {
                JsonValueKind.Object => value,
                JsonValueKind.Array when areTurns => Object([KeyValuePair.Create("turns", value)]),
                JsonValueKind.Array => Object(value.EnumerateArray().Select((cell, column) => KeyValuePair.Create($"column{column + 1}", cell))),
                _ => Object([KeyValuePair.Create("text", value)]),
            };
            yield return new JsonLine(example, line, row);
        }
    }

    static JsonElement Object(IEnumerable<KeyValuePair<string, JsonElement>> members) =>
        JsonSerializer.SerializeToElement(new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, JsonNode.Parse(member.Value.GetRawText())))));

    /// <summary>The values that stand one after the other.</summary>
    IEnumerable<(int, JsonElement)> TopLevel(PassOver passOver)
    {
        using JsonStream json = new(open(), passOver);
        while (json.ReadValue() is { } value)
            yield return (json.Line, value);
    }

    /// <summary>The items of the list, or of the member of this name: the values of an object too.</summary>
    IEnumerable<(int Line, JsonElement Value)> Items(string? member, PassOver? passOver = null)
    {
        using JsonStream json = new(open(), passOver);
        json.Read(out JsonTokenType token, out _);
        if (member is not null)
        {
            while (json.Read(out token, out string? name) && name != member)
                json.SkipValue(out _);
            json.Read(out token, out _);
        }

        if (token == JsonTokenType.StartArray)
            while (json.ReadValue() is { } value)
                yield return (json.Line, value);
        else
            while (json.Read(out token, out _) && token == JsonTokenType.PropertyName)
                yield return (json.Line, json.ReadValue()!.Value);
    }

    IEnumerable<JsonLine> Columns(IReadOnlyList<JsonMember> members)
    {
        IEnumerator<(int Line, JsonElement Value)>[] columns = [.. members.Select(member => Items(member.Name).GetEnumerator())];
        try
        {
            int example = 0;
            while (columns.All(column => column.MoveNext()))
            {
                example++;
                JsonElement row = Object(columns.Select((column, i) => KeyValuePair.Create(members[i].Name, column.Current.Value)));
                yield return new JsonLine(example, columns[0].Current.Line, row);
            }
        }
        finally
        {
            foreach (IEnumerator<(int, JsonElement)> column in columns)
                column.Dispose();
        }
    }

    /// <summary>A row per member: its name as <c>key</c>, with the members of its value, or its value as <c>value</c>.</summary>
    IEnumerable<JsonLine> Entries()
    {
        using JsonStream json = new(open());
        json.Read(out _, out _);
        int example = 0;
        while (json.Read(out JsonTokenType token, out string? name) && token == JsonTokenType.PropertyName)
        {
            example++;
            JsonElement value = json.ReadValue()!.Value;
            IEnumerable<KeyValuePair<string, JsonElement>> members = value.ValueKind == JsonValueKind.Object
                ? value.EnumerateObject().Where(member => member.Name != "key").Select(member => KeyValuePair.Create(member.Name, member.Value))
                : [KeyValuePair.Create("value", value)];
            JsonElement row = Object([KeyValuePair.Create("key", JsonSerializer.SerializeToElement(name)), .. members]);
            yield return new JsonLine(example, json.Line, row);
        }
    }
}
