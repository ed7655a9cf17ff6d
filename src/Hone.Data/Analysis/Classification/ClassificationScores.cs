using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Analysis.Classification;

/// <summary>How well one class is found. Where nothing is divided by, a measure is 0, as in scikit-learn.</summary>
/// <param name="Support">Rows that are of it.</param>
public sealed record ClassScore(string Label, double Precision, double Recall, double F1, int Support);

/// <summary>What became of rows whose class is known.</summary>
/// <param name="Confusion">Rows by their true class, and by the one that was predicted. [classes, classes]</param>
public sealed record ClassificationScores(int Rows, double Accuracy, double MacroF1, IReadOnlyList<ClassScore> Classes, IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    public static ClassificationScores Of(IReadOnlyList<string> labels, IReadOnlyList<int> expected, IReadOnlyList<int> predicted)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        int[][] confusion = [.. labels.Select(_ => new int[labels.Count])];
        for (int i = 0; i < expected.Count; i++)
            confusion[expected[i]][predicted[i]]++;
        ClassScore[] classes = [.. labels.Select((label, i) => Score(label, confusion[i][i], confusion[i].Sum(), confusion.Sum(row => row[i])))];
        int right = labels.Select((_, i) => confusion[i][i]).Sum();
        // A class that neither is there nor is predicted has no score.
        double[] scored = [.. classes.Where((one, i) => one.Support > 0 || confusion.Sum(row => row[i]) > 0).Select(one => one.F1)];
        return new ClassificationScores(expected.Count, (double)right / expected.Count, scored.Average(), classes, confusion);
    }

    /// <summary>The classes for people, the heads first.</summary>
    public string[][] Table() =>
    [
        [Text.Of("class", "类别"), Text.Of("precision", "精确率"), Text.Of("recall", "召回率"), "F1", Text.Of("rows", "行数")],
        .. Classes.Select(one => new[] { one.Label, Invariant($"{one.Precision:0.000}"), Invariant($"{one.Recall:0.000}"), Invariant($"{one.F1:0.000}"), Invariant($"{one.Support:N0}") }),
    ];

    static ClassScore Score(string label, int right, int actual, int predicted)
    {
        double precision = predicted == 0 ? 0 : (double)right / predicted, recall = actual == 0 ? 0 : (double)right / actual;
        return new ClassScore(label, precision, recall, right == 0 ? 0 : 2 * precision * recall / (precision + recall), actual);
    }
}
