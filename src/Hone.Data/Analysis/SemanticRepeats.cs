using Hone.Engine;
using Hone.Engine.Kernels;

namespace Hone.Data.Analysis;

/// <summary>A row whose meaning an earlier one has already.</summary>
public readonly record struct SemanticRepeat(int Index, int Of, double Similarity);

/// <summary>Rows that say the same in other words: those whose cosine with an earlier row, itself no repeat, is at least a bound.</summary>
public static class SemanticRepeats
{
    /// <summary>The cosine from which on two texts are taken for the same.</summary>
    public const double DefaultSimilarity = 0.95;

    const int RowsAtOnce = 256;

    /// <summary>What the products of vectors of length 1 lose at most: the same vector twice gives hardly ever 1. What comes near the bound is compared again.</summary>
    const float Rounding = 1e-5f;

    /// <summary>Earlier rows that a block is compared with at a time: their cosines are what is held.</summary>
    const int EarlierAtOnce = 4096;

    /// <summary>The repeats in the order of their rows, each with the most similar row that stays.</summary>
    /// <param name="points">Of length 1.</param>
    /// <param name="mayRepeat">Whether a row may repeat an earlier one; null for yes.</param>
    public static IReadOnlyList<SemanticRepeat> Find(Points points, double similarity, Func<int, int, bool>? mayRepeat = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        List<SemanticRepeat> repeats = [];
        var isRepeat = new bool[points.Count];
        var near = new List<(int Index, double Cosine)>[RowsAtOnce];
        for (int first = 0; first < points.Count; first += RowsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(RowsAtOnce, points.Count - first);
            FindNear(points, first, count, similarity, isRepeat, near);
            for (int i = 0; i < count; i++)
            {
                // Which of the rows stay is known here for all that come before.
                (int Index, double Cosine)[] kept = [.. near[i].Where(one => !isRepeat[one.Index] && mayRepeat?.Invoke(first + i, one.Index) != false)];
                if (kept.Length == 0)
                    continue;
                (int index, double cosine) = kept.MaxBy(one => one.Cosine);
                isRepeat[first + i] = true;
                repeats.Add(new SemanticRepeat(first + i, index, cosine));
            }
        }
        return repeats;
    }

    /// <summary>The earlier rows that are near each row of a block. Of those that come before the block, repeats are left out.</summary>
    static void FindNear(Points points, int first, int count, double similarity, bool[] isRepeat, List<(int Index, double Cosine)>[] near)
    {
        for (int i = 0; i < count; i++)
            near[i] = [];
        var cosines = new float[count * Math.Min(EarlierAtOnce, first + count)];
        for (int start = 0; start < first + count; start += EarlierAtOnce)
        {
            int earlier = start, width = Math.Min(EarlierAtOnce, first + count - start);
            Gemm.Multiply(points.View.RowRange(first, count), points.View.RowRange(earlier, width).Transposed, cosines, width);
            Workers.For(count, i =>
            {
                ReadOnlySpan<float> row = cosines.AsSpan(i * width, Math.Clamp(first + i - earlier, 0, width));
                for (int j = 0; j < row.Length; j++)
                    if (row[j] >= (float)similarity - Rounding && !isRepeat[earlier + j]
                        && 1 - PointDistance.Cosine(points.Row(first + i), points.Row(earlier + j)) is var cosine && cosine >= similarity)
                        near[i].Add((earlier + j, cosine));
            });
        }
    }
}
