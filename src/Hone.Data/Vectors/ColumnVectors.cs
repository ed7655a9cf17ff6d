using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>Vectors in a column of a table, or in a member of objects: lists of numbers, or, where cells are text, the same written as JSON.</summary>
sealed class ColumnVectors
{
    const int Sampled = 5;

    /// <summary>What the column is usually called, the likeliest first.</summary>
    static readonly string[] UsualNames = ["embedding", "embeddings", "vector", "vectors", "value"];

    readonly SourceFile _source;
    readonly string _column;

    public ColumnVectors(SourceFile source, string? column)
    {
        _source = source;
        _column = column is null ? Find(source) : Require(source, column);
        (JsonLine row, float[] vector) = ReadVectors().First();
        Dimensions = vector.Length;
        Model = ModelOf(row);
        Columns = [.. source.Columns.Where(name => !IsOfVectors(name))];
    }

    public string Column => _column;

    public int Dimensions { get; }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>As the first row says it.</summary>
    public VectorModel? Model { get; }

    public IEnumerable<VectorRow> Read()
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Encoder = ReadableJson.Encoder });
        foreach ((JsonLine row, float[] vector) in ReadVectors())
        {
            if (vector.Length != Dimensions)
                throw Wrong(row, Text.Of($"there are {vector.Length} numbers, and in the first row {Dimensions}. All vectors of a file must have the same length", $"有 {vector.Length} 个数，而首行有 {Dimensions} 个。同一文件的向量长度必须一致"));
            if (ModelOf(row) is var model && model?.Fingerprint != Model?.Fingerprint)
                throw Wrong(row, Text.Of($"the vector is of {model?.ToString() ?? "an unknown model"}, and that of the first row of {Model?.ToString() ?? "an unknown model"}. Vectors of two models cannot be compared", $"该向量来自{model?.ToString() ?? "未知模型"}，而首行的来自{Model?.ToString() ?? "未知模型"}。不同模型的向量不能比较"));
            yield return new VectorRow(row.Line, vector, WithoutVector(row.Value, bytes, json)) { Number = row.Example };
        }
    }

    IEnumerable<(JsonLine Row, float[] Vector)> ReadVectors()
    {
        foreach (JsonLine row in _source.Read())
            yield return (row, VectorOf(row));
    }

    /// <summary>The fields alone: whoever keeps a row does not keep its numbers as text.</summary>
    JsonElement WithoutVector(JsonElement row, ArrayBufferWriter<byte> bytes, Utf8JsonWriter json)
    {
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartObject();
        foreach (JsonProperty member in row.EnumerateObject())
            if (!IsOfVectors(member.Name))
                member.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return JsonElement.Parse(bytes.WrittenSpan);
    }

    VectorModel? ModelOf(JsonLine row) => VectorModel.Parse(Cells.Text(row.Value, VectorModel.ColumnOf(_column)));

    bool IsOfVectors(string name) => name == _column || (Model is not null && name == VectorModel.ColumnOf(_column));

    float[] VectorOf(JsonLine row)
    {
        JsonElement? cell = Cells.Find(row.Value, _column);
        List<float> vector = cell switch
        {
            null => throw Wrong(row, Text.Of("it is empty. Give a list of numbers, or remove the row", "为空。请给出数字列表，或删除该行")),
            { ValueKind: JsonValueKind.Array } list => OfList(row, list),
            { ValueKind: JsonValueKind.String } text => OfText(row, text.GetString()!),
            { } other => throw Wrong(row, Text.Of($"it is {LineFields.Kind(other)}, and no list of numbers", $"是{LineFields.Kind(other)}，而不是数字列表")),
        };
        return vector.Count > 0 ? [.. vector] : throw Wrong(row, Text.Of("the list is empty. Give a list of numbers, or remove the row", "列表为空。请给出数字列表，或删除该行"));
    }

    List<float> OfList(JsonLine row, JsonElement list)
    {
        List<float> vector = new(list.GetArrayLength());
        foreach (JsonElement item in list.EnumerateArray())
            vector.Add(item.ValueKind == JsonValueKind.Number ? Finite(row, vector.Count, item.GetSingle(), item.GetRawText()) : throw NoNumber(row, vector.Count, item.GetRawText()));
        return vector;
    }

    /// <summary>A list as a table holds it: <c>[0.1, -2e-05]</c>, which is JSON, and what Python prints for a list.</summary>
    List<float> OfText(JsonLine row, string text)
    {
        ReadOnlySpan<char> list = text.AsSpan().Trim();
        if (list is not ['[', .. ReadOnlySpan<char> inner, ']'])
            throw Wrong(row, text.Length == 0
                ? Text.Of("it is empty. Give a list of numbers, or remove the row", "为空。请给出数字列表，或删除该行")
                : Text.Of($"it is no list, such as [0.1, 0.2], but: {Excerpt.Of(text)}", $"不是形如 [0.1, 0.2] 的列表，而是：{Excerpt.Of(text)}"));

        List<float> vector = new(inner.Count(',') + 1);
        foreach (Range range in inner.Trim().IsEmpty ? default : inner.Split(','))
        {
            ReadOnlySpan<char> item = inner[range].Trim();
            vector.Add(float.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? Finite(row, vector.Count, value, item) : throw NoNumber(row, vector.Count, item));
        }
        return vector;
    }

    float Finite(JsonLine row, int index, float value, ReadOnlySpan<char> text) =>
        float.IsFinite(value)
            ? value
            : throw Wrong(row, Text.Of($"number {index + 1} is {Excerpt.Of(text.ToString())}, which is no number that a vector can have", $"第 {index + 1} 个数是 {Excerpt.Of(text.ToString())}，向量中不能有这样的数"));

    HoneException NoNumber(JsonLine row, int index, ReadOnlySpan<char> text)
    {
        string found = Excerpt.Of(text.ToString());
        return Wrong(row, text.ContainsAny(" \n\t") && char.IsAsciiDigit(text.TrimEnd(']')[^1])
            ? Text.Of($"item {index + 1} has no commas between its numbers: {found}. Write a list, not an array: numpy's tolist() makes one", $"第 {index + 1} 项的数之间没有逗号：{found}。请写出列表而不是数组：numpy 的 tolist() 可以转换")
            : Text.Of($"item {index + 1} is no number: {found}", $"第 {index + 1} 项不是数：{found}"));
    }

    HoneException Wrong(JsonLine row, string what) => _source.Named(new HoneException(Text.Of($"Line {row.Line}, column {_column}: {what}.", $"第 {row.Line} 行，列 {_column}：{what}。")));

    static string Require(SourceFile source, string column) =>
        source.Columns.Contains(column)
            ? column
            : throw new HoneException(Text.Of($"{source.Path} has no column {column}. It has: {string.Join(", ", source.Columns)}.", $"{source.Path} 没有列 {column}。现有：{string.Join("、", source.Columns)}。"));

    /// <summary>The columns that hold lists in the first rows.</summary>
    public static string[] Lists(SourceFile source)
    {
        JsonLine[] rows = [.. source.Read().Take(Sampled)];
        return [.. source.Columns.Where(column => rows.Any(row => IsList(Cells.Find(row.Value, column))))];
    }

    /// <summary>The column that holds lists in the first rows: by its usual name, else the only one.</summary>
    static string Find(SourceFile source)
    {
        string[] lists = Lists(source);
        if ((UsualNames.FirstOrDefault(lists.Contains) ?? (lists.Length == 1 ? lists[0] : null)) is { } found)
            return found;
        string names = string.Join(Text.Of(", ", "、"), lists.Length > 0 ? lists : source.Columns);
        throw new HoneException(lists.Length > 0
            ? Text.Of($"{source.Path} has lists of numbers in several columns: {names}. Name one with --vectors, or call it {UsualNames[0]}.", $"{source.Path} 有多列数字列表：{names}。请用 --vectors 指定一列，或把它命名为 {UsualNames[0]}。")
            : Text.Of($"{source.Path} has no column of vectors: lists such as [0.1, 0.2]. It has: {names}.", $"{source.Path} 没有向量列（形如 [0.1, 0.2] 的列表）。现有：{names}。"));
    }

    static bool IsList(JsonElement? cell) =>
        cell switch
        {
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Take(1).Any(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String)),
            { ValueKind: JsonValueKind.String } text => text.GetString()!.AsSpan().Trim() is ['[', .. ReadOnlySpan<char> inner, ']'] && BeginsWithNumber(inner.Trim()),
            _ => false,
        };

    /// <summary>Whether what stands in brackets is a list and no remark, such as [deleted]. An array as numpy prints it, without commas, is one too: reading it says what is wrong.</summary>
    static bool BeginsWithNumber(ReadOnlySpan<char> inner) =>
        float.TryParse(inner.IndexOfAny(',', ' ', '\n') is >= 0 and int end ? inner[..end] : inner, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
