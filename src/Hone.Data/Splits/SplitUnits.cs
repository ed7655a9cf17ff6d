namespace Hone.Data.Splits;

/// <summary>Rows that must stay together, unit by unit in the order of their first rows.</summary>
sealed class SplitUnits
{
    readonly int[] _rows;
    readonly int[] _starts;

    SplitUnits(int[] rows, int[] starts) => (_rows, _starts) = (rows, starts);

    public int Count => _starts.Length - 1;

    /// <summary>The rows of a unit, ascending.</summary>
    public ReadOnlySpan<int> this[int unit] => _rows.AsSpan(_starts[unit].._starts[unit + 1]);

    public int SizeOf(int unit) => _starts[unit + 1] - _starts[unit];

    /// <param name="firsts">For each row the first row of its unit.</param>
    public static SplitUnits Of(int[] firsts)
    {
        // Counted first, then filled: rows of one unit stay in their order.
        int[] places = new int[firsts.Length + 1];
        foreach (int first in firsts)
            places[first + 1]++;
        int[] starts = new int[places.Count(rows => rows > 0) + 1];
        int unit = 0;
        for (int row = 0; row < firsts.Length; row++)
        {
            if (places[row + 1] > 0)
                starts[++unit] = places[row] + places[row + 1];
            places[row + 1] += places[row];
        }

        int[] rows = new int[firsts.Length];
        for (int row = 0; row < firsts.Length; row++)
            rows[places[firsts[row]]++] = row;
        return new SplitUnits(rows, starts);
    }
}
