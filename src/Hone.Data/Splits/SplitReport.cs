namespace Hone.Data.Splits;

/// <summary>What a split came to.</summary>
/// <param name="Rows">The rows of each part.</param>
/// <param name="Classes">The rows of each class in each part, the most frequent class first; empty where there are no classes.</param>
/// <param name="Repeated">Rows whose prompt is the same as, or similar to, that of an earlier one.</param>
/// <param name="Units">How many sets of rows there are that stay together, single rows included.</param>
/// <param name="LargestUnit">The rows of the largest one.</param>
public sealed record SplitReport(IReadOnlyList<int> Rows, IReadOnlyList<(string Name, IReadOnlyList<int> Rows)> Classes, int Repeated, int Units, int LargestUnit)
{
    /// <summary>Where the times are hardly any: what was read, and why that is doubtful. Null where rows were not split by time, or these are fit for it.</summary>
    public string? TimeDoubt { get; init; }

    static readonly int Parts = Enum.GetValues<SplitPart>().Length;

    internal static SplitReport Of(SplitPart[] parts, SplitKeys keys, SplitUnits units, int repeated)
    {
        int[] rows = new int[Parts];
        int[][] ofClasses = [.. keys.ClassNames.Select(_ => new int[Parts])];
        int[]? classes = keys.ClassOfRows;
        for (int row = 0; row < parts.Length; row++)
        {
            rows[(int)parts[row]]++;
            if (classes is not null)
                ofClasses[classes[row]][(int)parts[row]]++;
        }
        return new SplitReport(
            rows,
            [.. keys.ClassNames.Zip(ofClasses, (name, counts) => (name, (IReadOnlyList<int>)counts)).OrderByDescending(each => each.Item2.Sum())],
            repeated,
            units.Count,
            Enumerable.Range(0, units.Count).Max(units.SizeOf)
        );
    }
}
