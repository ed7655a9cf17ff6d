using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>What was written and is not seen yet.</summary>
sealed class RowChange
{
    /// <summary>The rows to come, in order.</summary>
    public List<Row> Added { get; } = [];

    /// <summary>The rows that are records no more.</summary>
    public List<int> Deleted { get; } = [];

    /// <param name="Place">Where its record lies in the log.</param>
    /// <param name="Replaced">The row of the record with its id; negative when there is none.</param>
    public readonly record struct Row(long Place, ulong Hash, int Replaced, IReadOnlyDictionary<string, MetadataValue> Metadata);
}
