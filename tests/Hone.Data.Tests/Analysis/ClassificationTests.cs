using System.Collections;
using Hone.Data.Analysis;
using Hone.Data.Analysis.Classification;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Analysis;

public class ClassificationTests
{
    readonly ReferenceNumbers _reference = ReferenceNumbers.Own();

    [Fact]
    public void Logistic_regression_has_the_probabilities_of_the_reference()
    {
        var classifier = LogisticRegression.Train(_reference.Unit, _reference.Labels, 3, strength: 1);

        Prediction[] predictions = [.. Enumerable.Range(0, _reference.Points.Count).Select(i => classifier.Predict(_reference.Unit.Row(i)))];

        predictions.Select(one => one.Class).ShouldBe(_reference.Wholes("logistic_predictions"));
        predictions.Zip(_reference.Numbers("logistic_probabilities")).Max(pair => Math.Abs(pair.First.Confidence - pair.Second)).ShouldBeLessThan(1e-3);
        ClassificationScores scores = ClassificationScores.Of(["a", "b", "c"], _reference.Labels, [.. predictions.Select(one => one.Class)]);
        scores.MacroF1.ShouldBe(_reference.Number("logistic_macro_f1"), 1e-9);
    }

    [Fact]
    public void Vectors_that_lie_close_together_are_told_apart_too()
    {
        SeededRandom random = new(4);
        Points points = RandomPoints.Of(200, 8, random);
        int[] classes = [.. Enumerable.Range(0, 200).Select(i => i % 10 < 3 ? 1 : 0)];
        for (int i = 0; i < points.Count; i++)
        {
            points.Row(i)[0] += 20;
            points.Row(i)[1] = (classes[i] * 2) + (0.1f * points.Row(i)[1]);
        }
        Points unit = points.Unit(i => "");

        var classifier = LogisticRegression.TrainBest(unit, classes, 2);

        Enumerable.Range(0, 200).Count(i => classifier.Predict(unit.Row(i)).Class == classes[i]).ShouldBe(200);
    }

    [Fact]
    public void Rows_that_are_learned_in_parts_count_alike()
    {
        const int Classes = 256, Dimensions = 1024;
        Points points = RandomPoints.Of(1100, Dimensions, new SeededRandom(6));
        int[] classes = [.. Enumerable.Range(0, points.Count).Select(i => i % Classes)];
        for (int i = 0; i < points.Count; i++)
            points.Row(i)[classes[i]] += 200;

        var classifier = LogisticRegression.Train(points, classes, Classes, strength: 1);

        Enumerable.Range(0, points.Count).Count(i => classifier.Predict(points.Row(i)).Class == classes[i]).ShouldBe(points.Count);
    }

    [Fact]
    public void What_is_cancelled_while_rows_are_learned_stops_before_the_last_of_them()
    {
        const int Classes = 1000;
        Points points = new(new float[2000 * 512], 2000, 512);
        using CancellationTokenSource source = new();
        CancellingLabels labels = new(points.Count, Classes, source);

        Should.Throw<OperationCanceledException>(() => LogisticRegression.Train(points, labels, Classes, strength: 1, source.Token));

        labels.LastRead.ShouldBeLessThan(points.Count - 1);
    }

    [Fact]
    public void The_nearest_known_points_decide()
    {
        Points known = Points.Of([[1f, 0], [1, 0.1f], [0, 1], [0.1f, 1], [0.2f, 1]], i => "").Unit(i => "");
        NearestNeighbours classifier = new(known, [0, 0, 1, 1, 1], 3);

        Prediction prediction = classifier.Predict(known.Row(0));

        prediction.Class.ShouldBe(0);
        prediction.Confidence.ShouldBeInRange(0.5, 1);
    }

    [Fact]
    public void The_nearest_description_decides_without_training()
    {
        NearestDescription classifier = new(Points.Of([[1f, 0], [0, 1]], i => ""));

        classifier.Predict([0.6f, 0.8f]).Class.ShouldBe(1);
    }

    [Fact]
    public void Scores_count_what_is_right_by_class()
    {
        ClassificationScores scores = ClassificationScores.Of(["a", "b"], [0, 0, 0, 1], [0, 0, 1, 1]);

        scores.Accuracy.ShouldBe(0.75);
        scores.Classes[0].ShouldBe(new ClassScore("a", 1, 2.0 / 3, 0.8, 3));
        scores.Classes[1].ShouldBe(new ClassScore("b", 0.5, 1, 2.0 / 3, 1));
        scores.Confusion.ShouldBe([[2, 1], [0, 1]]);
    }

    [Fact]
    public void Folds_hold_every_class_evenly()
    {
        int[] classes = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? 1 : 0)];

        int[] parts = CrossValidation.Deal(classes, 5, seed: 3);

        for (int fold = 0; fold < 5; fold++)
            Enumerable.Range(0, 100).Count(i => parts[i] == fold && classes[i] == 1).ShouldBe(2);
    }

    [Fact]
    public void No_row_is_predicted_by_a_classifier_that_has_seen_it()
    {
        Points points = _reference.Unit;
        List<Points> trained = [];

        CrossValidation.Predict(points, _reference.Labels, 3, seed: 1, (known, _) =>
        {
            trained.Add(known);
            return new Watcher(known);
        });

        trained.Sum(known => known.Count).ShouldBe(2 * points.Count);
    }

    /// <summary>Labels that cancel once one of them is read.</summary>
    sealed class CancellingLabels(int count, int classes, CancellationTokenSource source) : IReadOnlyList<int>
    {
        public int LastRead { get; private set; }

        public int Count => count;

        public int this[int index]
        {
            get
            {
                source.Cancel();
                LastRead = Math.Max(LastRead, index);
                return index % classes;
            }
        }

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    sealed class Watcher(Points known) : IVectorClassifier
    {
        public Prediction Predict(ReadOnlySpan<float> vector)
        {
            for (int i = 0; i < known.Count; i++)
                known.Row(i).SequenceEqual(vector).ShouldBeFalse();
            return default;
        }
    }
}
