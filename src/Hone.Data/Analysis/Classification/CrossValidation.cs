using Hone.Engine;

namespace Hone.Data.Analysis.Classification;

/// <summary>Each row's class as a classifier says it that has not seen the row: the rows are dealt into parts, each class evenly, and each part is predicted from the others.</summary>
public static class CrossValidation
{
    public const int DefaultFolds = 5;

    /// <param name="train">Makes a classifier of points and their classes.</param>
    /// <param name="classes">Of each point, from 0 on.</param>
    public static Prediction[] Predict(
        Points points, IReadOnlyList<int> classes, int folds, ulong seed, Func<Points, IReadOnlyList<int>, IVectorClassifier> train, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(train);
        int[] parts = Deal(classes, folds, seed);
        var predictions = new Prediction[points.Count];
        for (int fold = 0; fold < folds; fold++)
        {
            int[] known = [.. Enumerable.Range(0, points.Count).Where(i => parts[i] != fold)];
            int[] asked = [.. Enumerable.Range(0, points.Count).Where(i => parts[i] == fold)];
            IVectorClassifier classifier = train(points.Take(known), [.. known.Select(i => classes[i])]);
            PointLoop.For(asked.Length, i => predictions[asked[i]] = classifier.Predict(points.Row(asked[i])), cancel);
        }
        return predictions;
    }

    /// <summary>The part of each row: within a class the parts differ by one row at most.</summary>
    internal static int[] Deal(IReadOnlyList<int> classes, int folds, ulong seed)
    {
        SeededRandom random = new(seed);
        var parts = new int[classes.Count];
        int next = 0;
        foreach (IGrouping<int, int> group in Enumerable.Range(0, classes.Count).GroupBy(i => classes[i]).OrderBy(group => group.Key))
        {
            int[] rows = [.. group];
            random.Shuffle<int>(rows);
            foreach (int row in rows)
                parts[row] = next++ % folds;
        }
        return parts;
    }
}
