using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Sources;

namespace Hone.Data.Mapping;

/// <summary>The columns of a file, found by any of the names they go by, and its first rows.</summary>
sealed class ColumnSet(IReadOnlyList<string> names, IReadOnlyList<JsonLine> sample)
{
    const int Sampled = 100;

    public static ColumnSet Of(SourceFile source) => new(source.Columns, [.. source.Read().Take(Sampled)]);

    public IReadOnlyList<string> Names => names;

    public IReadOnlyList<JsonLine> Sample => sample;

    /// <summary>The first of the names that is a column, whatever its case; null where none is.</summary>
    public string? Find(params ReadOnlySpan<string> aliases)
    {
        foreach (string alias in aliases)
            if (names.FirstOrDefault(name => string.Equals(name.Trim(), alias, StringComparison.OrdinalIgnoreCase)) is { } found)
                return found;
        return null;
    }

    public bool Has(string name) => names.Contains(name);

    /// <summary>What kind of value the first row that has the column holds in it.</summary>
    public JsonValueKind KindOf(string column) => sample.Select(row => Cells.Find(row.Value, column)).FirstOrDefault(value => value is not null)?.ValueKind ?? JsonValueKind.Undefined;
}
