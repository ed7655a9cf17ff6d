using Hone.Data.Formats;

namespace Hone.Data.Mapping;

/// <summary>The rows of a file with what they become, read anew each time.</summary>
/// <param name="read">The rows.</param>
/// <param name="mapping">What their columns mean; null where that is not known.</param>
/// <param name="keepsColumns">Whether rows are written as they are, and not as training lines.</param>
public sealed class MappedRows(Func<IEnumerable<JsonLine>> read, RowMapping? mapping, bool keepsColumns)
{
    /// <summary>Counts what is empty in the rows as they are read.</summary>
    public EmptyCells Empty { get; init; } = new();

    public IEnumerable<MappedRow> Read()
    {
        Empty.Clear();
        foreach (JsonLine row in read())
        {
            JsonLine? line = mapping?.Map(row, Empty);
            if (mapping is null || line is not null)
                yield return new MappedRow(row, line, (keepsColumns ? null : line?.Value) ?? row.Value);
        }
    }
}
