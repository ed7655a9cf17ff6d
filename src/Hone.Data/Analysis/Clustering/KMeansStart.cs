using Hone.Engine;

namespace Hone.Data.Analysis.Clustering;

/// <summary>Initial centres that are far apart.</summary>
static class KMeansStart
{
    const int RowsAtOnce = 1024;

    /// <summary>
    /// k-means++ (Arthur and Vassilvitskii 2007): each centre is a point by chance, weighted with the square of its distance to the centres before it;
    /// of 2 + ln k such points the one that leaves the smallest sum of squares (their greedy variant, as scikit-learn has it).
    /// </summary>
    public static Points PlusPlus(Points points, int count, SeededRandom random, CancellationToken cancel = default)
    {
        var centres = new Points(new float[count * points.Dimensions], count, points.Dimensions);
        int first = random.NextInt32(points.Count);
        points.Row(first).CopyTo(centres.Row(0));
        double[] squares = SquaresTo(points, [first])[0];
        int trials = 2 + (int)Math.Log(count);
        for (int cluster = 1; cluster < count; cluster++)
        {
            cancel.ThrowIfCancellationRequested();
            int[] chosen = Choose(squares, trials, random);
            double[][] tried = SquaresTo(points, chosen);
            foreach (double[] one in tried)
                for (int i = 0; i < one.Length; i++)
                    one[i] = Math.Min(one[i], squares[i]);
            int best = Enumerable.Range(0, trials).MinBy(trial => tried[trial].Sum());
            points.Row(chosen[best]).CopyTo(centres.Row(cluster));
            squares = tried[best];
        }
        return centres;
    }

    static int[] Choose(double[] weights, int count, SeededRandom random)
    {
        var ends = new double[weights.Length];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            ends[i] = sum += weights[i];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int at = Array.BinarySearch(ends, random.NextDouble() * sum);
            // An exact hit ends the point before.
            return Math.Min(at < 0 ? ~at : at + 1, weights.Length - 1);
        })];
    }

    /// <summary>[chosen, points]</summary>
    static double[][] SquaresTo(Points points, int[] chosen)
    {
        double[][] squares = [.. chosen.Select(_ => new double[points.Count])];
        Workers.For((points.Count + RowsAtOnce - 1) / RowsAtOnce, block =>
        {
            int end = Math.Min(points.Count, (block + 1) * RowsAtOnce);
            for (int i = block * RowsAtOnce; i < end; i++)
                for (int j = 0; j < chosen.Length; j++)
                    squares[j][i] = PointDistance.Squared(points.Row(i), points.Row(chosen[j]));
        });
        return squares;
    }
}
