using System.Buffers;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace Hone.Data.Formats;

/// <summary>A table as text: a header, then a line per row, UTF-8 with the byte order mark that Excel needs. Lists and objects are written as JSON.</summary>
public sealed class TableWriter : RowWriter
{
    readonly CsvWriter _csv;
    readonly IReadOnlyList<string> _columns;

    /// <param name="columns">Of all rows; a row may lack some.</param>
    public TableWriter(string path, char separator, IReadOnlyList<string> columns)
        : base(path)
    {
        _columns = columns;
        _csv = CsvWriter.Create(Stream, new CsvWriterOptions { Separator = separator, WriteByteOrderMark = true, NewLine = "\n" }, leaveOpen: true);
        WriteRecord(columns);
    }

    /// <summary>Every member that any of the rows has, in the order in which they appear.</summary>
    public static IReadOnlyList<string> ColumnsOf(IEnumerable<JsonLine> rows)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> columns = [];
        foreach (JsonLine row in rows)
            foreach (JsonProperty member in row.Value.EnumerateObject())
                if (seen.Add(member.Name))
                    columns.Add(member.Name);
        return columns;
    }

    /// <summary>Cells of columns that their rows do not have.</summary>
    public long EmptyCells { get; private set; }

    private protected override void WriteRow(JsonElement row)
    {
        // Looked up by name, each cell of a wide row would go through all of it.
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (JsonProperty member in row.EnumerateObject())
            members[member.Name] = member.Value;
        WriteRecord(_columns.Select(column => CellOf(members, column)));
    }

    string CellOf(Dictionary<string, JsonElement> members, string column)
    {
        if (members.TryGetValue(column, out JsonElement value))
            return Cell(value);
        EmptyCells++;
        return "";
    }

    private protected override void Finish() => _csv.Flush();

    void WriteRecord(IEnumerable<string> cells)
    {
        foreach (string cell in cells)
            _csv.WriteField(cell);
        _csv.EndRecord();
    }

    static string Cell(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            JsonValueKind.Array or JsonValueKind.Object => Compact(value),
            _ => value.GetRawText(),
        };

    static string Compact(JsonElement value)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Json))
            value.WriteTo(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
