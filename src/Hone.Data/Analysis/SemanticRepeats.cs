using Hone.Engine;

namespace Hone.Data.Analysis;

/// <summary>A row whose meaning an earlier one has already.</summary>
public readonly record struct SemanticRepeat(int Index, int Of, double Similarity);

/// <summary>Rows that say the same in other words: those whose cosine with an earlier row, itself no repeat, is at least a bound.</summary>
public static class SemanticRepeats
{
    /// <summary>The cosine from which on two texts are taken for the same.</summary>
    public const double DefaultSimilarity = 0.95;

    const int RowsAtOnce = 256;

    /// <summary>The repeats in the order of their rows, each with the most similar row that stays.</summary>
    /// <param name="points">Of length 1.</param>
    /// <param name="mayRepeat">Whether a row may repeat an earlier one; null for yes.</param>
    public static IReadOnlyList<SemanticRepeat> Find(Points points, double similarity, Func<int, int, bool>? mayRepeat = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        List<SemanticRepeat> repeats = [];
        var isRepeat = new bool[points.Count];
        var near = new List<(int Index, float Cosine)>[RowsAtOnce];
        for (int first = 0; first < points.Count; first += RowsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(RowsAtOnce, points.Count - first);
            FindNear(points, first, count, (float)similarity, near);
            for (int i = 0; i < count; i++)
            {
                // Which of the rows stay is known here for all that come before.
                (int Index, float Cosine)[] kept = [.. near[i].Where(one => !isRepeat[one.Index] && mayRepeat?.Invoke(first + i, one.Index) != false)];
                if (kept.Length == 0)
                    continue;
                (int index, float cosine) = kept.MaxBy(one => one.Cosine);
                isRepeat[first + i] = true;
                repeats.Add(new SemanticRepeat(first + i, index, Math.Min(1, cosine)));
            }
        }
        return repeats;
    }

    static void FindNear(Points points, int first, int count, float similarity, List<(int Index, float Cosine)>[] near)
    {
        for (int i = 0; i < count; i++)
            near[i] = [];
        Points before = new(points.Values[..((first + count) * points.Dimensions)], first + count, points.Dimensions);
        var cosines = new float[count * before.Count];
        points.Products(first, count, before, cosines);
        Workers.For(count, i =>
        {
            ReadOnlySpan<float> row = cosines.AsSpan(i * before.Count, first + i);
            for (int j = 0; j < row.Length; j++)
                if (row[j] >= similarity)
                    near[i].Add((j, row[j]));
        });
    }
}
