using System.Text;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>Decides filters for all rows, by the columns of the names that were asked for lately.</summary>
/// <param name="valueOf">The value that a row's record has of a name in UTF-8; null where it has none, or is no record any more.</param>
sealed class FilterColumns(Func<int, byte[], MetadataValue?> valueOf)
{
    /// <summary>Columns that are in memory, four bytes a row each: who asks for ever new names does not fill it.</summary>
    const int MaxColumns = 32;

    readonly Lock _lock = new();
    readonly List<(string Key, FilterColumn Column)> _columns = [];

    /// <summary>A bit for each row of which a filter is true, whether or not the row still counts.</summary>
    public ulong[] Where(VectorFilter filter, int rows, int words)
    {
        switch (filter)
        {
            case VectorFilter.Compare compare:
                return Column(compare.Key, rows).Where(filter, words);
            case VectorFilter.In one:
                return Column(one.Key, rows).Where(filter, words);
            case VectorFilter.NotIn none:
                return Column(none.Key, rows).Where(filter, words);
            case VectorFilter.And all:
                return all.Filters.Select(inner => Where(inner, rows, words)).Aggregate(Enumerable.Repeat(ulong.MaxValue, words).ToArray(), (bits, more) => Joined(bits, more, (a, b) => a & b));
            case VectorFilter.Or any:
                return any.Filters.Select(inner => Where(inner, rows, words)).Aggregate(new ulong[words], (bits, more) => Joined(bits, more, (a, b) => a | b));
            default:
                throw new NotSupportedException(filter.GetType().Name);
        }
    }

    /// <summary>The next row's values.</summary>
    public void Add(IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        foreach ((string key, FilterColumn column) in _columns)
            column.Add(metadata.TryGetValue(key, out MetadataValue value) ? value : default(MetadataValue?));
    }

    /// <summary>The values of a name, which are read from the records when they are first asked for.</summary>
    FilterColumn Column(string key, int rows)
    {
        lock (_lock)
        {
            int known = _columns.FindIndex(column => column.Key == key);
            (string Key, FilterColumn Column) found = known >= 0 ? _columns[known] : (key, new FilterColumn(key));
            if (known >= 0)
                _columns.RemoveAt(known);
            else
            {
                byte[] name = Encoding.UTF8.GetBytes(key);
                for (int row = 0; row < rows; row++)
                    found.Column.Add(valueOf(row, name));
            }

            // The one that was asked for last stands first.
            _columns.Insert(0, found);
            if (_columns.Count > MaxColumns)
                _columns.RemoveAt(MaxColumns);
            return found.Column;
        }
    }

    static ulong[] Joined(ulong[] bits, ulong[] more, Func<ulong, ulong, ulong> join)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] = join(bits[i], more[i]);
        return bits;
    }
}
