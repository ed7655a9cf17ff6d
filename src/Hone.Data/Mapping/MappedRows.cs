using Hone.Data.Formats;
using Hone.Engine;

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

    /// <summary>What to tell the user where a later pass reads other rows than the first one.</summary>
    internal static HoneException HaveChanged() => new(Text.Of("The file changed while it was read. Run again when nobody writes it.", "文件在读取过程中发生了变化。请在无人写入时重新运行。"));
}
