using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>The values that one name of metadata has in all rows, each as the number of a distinct value, so that a filter is decided once for each of these.</summary>
sealed class FilterColumn(string key)
{
    readonly Dictionary<MetadataValue, int> _numbers = [];
    readonly List<MetadataValue> _distinct = [];
    readonly List<int> _rows = [];

    /// <summary>The next row's value; null when it has none.</summary>
    public void Add(MetadataValue? value)
    {
        int number = -1;
        if (value is { } known && !_numbers.TryGetValue(known, out number))
        {
            number = _distinct.Count;
            _numbers.Add(known, number);
            _distinct.Add(known);
        }

        _rows.Add(number);
    }

    /// <summary>A bit for each row of which a filter on this name is true.</summary>
    public ulong[] Where(VectorFilter filter, int words)
    {
        Dictionary<string, MetadataValue> metadata = [];
        bool ofNone = filter.IsTrueOf(metadata);
        var ofValue = new bool[_distinct.Count];
        for (int i = 0; i < ofValue.Length; i++)
        {
            metadata[key] = _distinct[i];
            ofValue[i] = filter.IsTrueOf(metadata);
        }

        var bits = new ulong[words];
        for (int row = 0; row < _rows.Count; row++)
        {
            if (_rows[row] < 0 ? ofNone : ofValue[_rows[row]])
                bits.Set(row);
        }

        return bits;
    }
}
