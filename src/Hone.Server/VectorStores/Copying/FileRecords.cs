using System.Globalization;
using System.Text.Json;
using Hone.Data.Spools;
using Hone.Data.Vectors;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.Copying;

/// <summary>The rows of a file of vectors as records of an index, with their other columns as metadata. The file is read anew each time.</summary>
/// <param name="idColumn">The column that names a record; null for the row's number, from 1.</param>
public sealed class FileRecords(VectorFile file, string? idColumn)
{
    /// <summary>What the metadata of a record say of the model that made its vector.</summary>
    public static string ModelKey => VectorWriter.ModelColumn;

    /// <summary>Reads all rows before any of them goes anywhere.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="HoneException">A row has no vector or no id, or two have one id: the message says where.</exception>
    public long Count(CancellationToken cancel)
    {
        using DigestFile? ids = idColumn is null ? null : new DigestFile();
        long count = 0;
        foreach (VectorRow row in file.Read())
        {
            cancel.ThrowIfCancellationRequested();
            count++;
            if (idColumn is null)
                continue;
            string id = row.Text(idColumn);
            if (id.Length == 0)
                throw Wrong(row.Line, Text.Of($"the column {idColumn}, which is to name the record, is empty", $"用于标识记录的列 {idColumn} 为空"));
            ids!.Add(id);
        }
        foreach ((int row, int first) in ids?.Firsts() ?? [])
            if (row != first)
                throw Twice(row, first);
        return count;
    }

    /// <summary>The records, in the order of the rows.</summary>
    public IEnumerable<VectorRecord> Read()
    {
        long number = 0;
        foreach (VectorRow row in file.Read())
            yield return new VectorRecord(idColumn is null ? (++number).ToString(CultureInfo.InvariantCulture) : row.Text(idColumn), row.Vector, MetadataOf(row));
    }

    /// <summary>Whose vectors a collection holds, as its first record says it; null where nothing is said.</summary>
    public static async Task<VectorModel?> ModelOfAsync(IVectorIndex index, VectorCollection collection, CancellationToken cancel)
    {
        await foreach (VectorRecord record in index.ScanAsync(collection, cancel))
            return record.Metadata.TryGetValue(ModelKey, out MetadataValue model) && model.Text is { } text ? VectorModel.Parse(text) : null;
        return null;
    }

    Dictionary<string, MetadataValue> MetadataOf(VectorRow row)
    {
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        foreach (JsonProperty field in row.Fields.EnumerateObject())
            if (field.Name.Length > 0 && ValueOf(field.Value) is { } value)
                metadata[field.Name] = value;
        if (file.Model is { } model)
            metadata[ModelKey] = model.Written;
        return metadata;
    }

    /// <summary>Lists, objects and numbers beyond a double become the text that stands in the file.</summary>
    static MetadataValue? ValueOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
            _ => value.GetRawText(),
        };

    /// <param name="row">From 0, as is <paramref name="first"/>.</param>
    HoneException Twice(int row, int first)
    {
        VectorRow[] both = [.. file.Read().Index().Where(one => one.Index == first || one.Index == row).Select(one => one.Item).Take(2)];
        string id = both[1].Text(idColumn!);
        return Wrong(both[1].Line, Text.Of($"\"{id}\" names the record of line {both[0].Line} already. Choose a column whose values differ", $"“{id}”已是第 {both[0].Line} 行的标识。请选择取值各不相同的列"));
    }

    HoneException Wrong(int line, string what) => new(Text.Of($"{file.Path}, line {line}: {what}.", $"{file.Path} 第 {line} 行：{what}。"));
}
