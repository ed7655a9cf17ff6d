namespace Hone.Data.Splits;

/// <summary>
/// Whole numbers of rows for each class and part: every count is the exact share rounded down or up, each class adds up to its rows, and each part to what the largest
/// remainder gives it of all rows (controlled rounding, Cox 1987).
/// </summary>
static class Apportionment
{
    // A third of three rows is one row, and not a little less.
    const int Digits = 12;

    /// <returns>The rows of each class (first index) in each part.</returns>
    public static int[][] Of(IReadOnlyList<int> classSizes, IReadOnlyList<decimal> shares)
    {
        decimal[][] exact = [.. classSizes.Select(size => Exact(size, shares))];
        int[][] counts = [.. exact.Select((row, i) => LargestRemainder(row, classSizes[i]))];
        int rows = classSizes.Sum();
        int[] wanted = LargestRemainder(Exact(rows, shares), rows);
        while (FindSurplus(counts, wanted) is >= 0 and int from)
            MoveAlong(PathToShortage(exact, counts, wanted, from), exact, counts);
        return counts;
    }

    /// <summary>Rounds down, then gives what is left to the largest fractions; the first one where they are equal.</summary>
    public static int[] LargestRemainder(decimal[] exact, int sum)
    {
        int[] counts = [.. exact.Select(value => (int)value)];
        int left = sum - counts.Sum();
        foreach (int part in Enumerable.Range(0, exact.Length).OrderByDescending(part => exact[part] - counts[part]).Take(left))
            counts[part]++;
        return counts;
    }

    static decimal[] Exact(int rows, IReadOnlyList<decimal> shares) => [.. shares.Select(share => decimal.Round(rows * share, Digits))];

    static int FindSurplus(int[][] counts, int[] wanted) => Array.FindIndex([.. Enumerable.Range(0, wanted.Length)], part => counts.Sum(row => row[part]) > wanted[part]);

    /// <summary>The shortest way, part by part, to one that has too few, along which some class can hand on the row that rounding up gave it.</summary>
    static List<int> PathToShortage(decimal[][] exact, int[][] counts, int[] wanted, int from)
    {
        Dictionary<int, int> cameFrom = new() { [from] = from };
        Queue<int> reached = new([from]);
        while (reached.Count > 0)
        {
            int part = reached.Dequeue();
            if (counts.Sum(row => row[part]) < wanted[part])
            {
                List<int> path = [part];
                while (path[0] != from)
                    path.Insert(0, cameFrom[path[0]]);
                return path;
            }
            for (int next = 0; next < wanted.Length; next++)
                if (!cameFrom.ContainsKey(next) && ClassToMove(exact, counts, part, next) >= 0)
                {
                    cameFrom[next] = part;
                    reached.Enqueue(next);
                }
        }
        // A rounding with these sums exists, and then there is a way to it.
        throw new InvalidOperationException("No way from a surplus to a shortage.");
    }

    static void MoveAlong(List<int> path, decimal[][] exact, int[][] counts)
    {
        for (int i = 0; i + 1 < path.Count; i++)
        {
            int[] row = counts[ClassToMove(exact, counts, path[i], path[i + 1])];
            row[path[i]]--;
            row[path[i + 1]]++;
        }
    }

    /// <summary>The class that was rounded up in one part and down in another, and loses least by turning that round; −1 where there is none.</summary>
    static int ClassToMove(decimal[][] exact, int[][] counts, int from, int to)
    {
        int best = -1;
        for (int i = 0; i < counts.Length; i++)
            if (counts[i][from] > exact[i][from] && counts[i][to] < exact[i][to] && (best < 0 || Loss(i) < Loss(best)))
                best = i;
        return best;

        decimal Loss(int i) => exact[i][from] - counts[i][from] - (exact[i][to] - counts[i][to]);
    }
}
