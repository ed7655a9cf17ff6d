using Hone.Data.Analysis.Classification;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Analysis.Reports;

/// <param name="Index">Where it stands among the rows, from 0; people count from 1.</param>
/// <param name="Label">The class that is predicted.</param>
/// <param name="Expected">The class that it is of; null where that is not known.</param>
public sealed record RowClass(int Index, int Line, string Label, string? Expected, double Confidence);

/// <summary>How rows are classified by their vectors.</summary>
public enum ClassifyMethod
{
    /// <summary>The class of the nearest known rows.</summary>
    Knn,

    Logistic,

    /// <summary>The class whose description is nearest: nothing is learned.</summary>
    Description,
}

/// <summary>Classes of rows as predicted from their vectors, and how often that is right.</summary>
/// <param name="Method"><c>knn</c>, <c>logistic</c> or <c>description</c>.</param>
/// <param name="Folds">Parts of a cross-validation; null where other rows were tested or nothing is learned.</param>
/// <param name="Scores">Null where no row has a known class.</param>
/// <param name="MostFrequent">The accuracy of always saying the most frequent class; null likewise.</param>
/// <param name="Predictions">Of every tested row, in their order.</param>
public sealed record ClassificationReport(
    string Method, int? Folds, IReadOnlyList<string> Classes, ClassificationScores? Scores, double? MostFrequent, IReadOnlyList<RowClass> Predictions)
{
    public const int MostClasses = 1000;

    /// <summary>Of the classes, in an error.</summary>
    const int MostListed = 20;

    /// <summary>Each row's class as predicted by a classifier that has learned from the other parts of the rows.</summary>
    /// <param name="labels">Of each row.</param>
    /// <exception cref="HoneException">There are fewer than two classes, or a class has but one row.</exception>
    public static ClassificationReport CrossValidated(EmbeddedTexts texts, IReadOnlyList<string> labels, ClassifyMethod method, int folds, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] classes = RequireClasses(labels, isCrossValidated: true);
        int[] numbers = NumbersOf(labels, classes);
        Prediction[] predictions = CrossValidation.Predict(texts.Points, numbers, Math.Min(folds, texts.Count), seed, (points, known) => Train(points, known, classes.Length, method, cancel), cancel);
        return Of(method, Math.Min(folds, texts.Count), classes, texts, labels, predictions);
    }

    /// <summary>The classes of other rows.</summary>
    /// <param name="tested">Their labels; null where they are not known.</param>
    /// <exception cref="HoneException">There are fewer than two classes.</exception>
    public static ClassificationReport Tested(
        EmbeddedTexts known, IReadOnlyList<string> labels, EmbeddedTexts tested, IReadOnlyList<string>? testedLabels, ClassifyMethod method, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(tested);
        RequireSameLength(known.Points.Dimensions, tested.Points.Dimensions);
        string[] classes = ClassesOf(labels);
        RequireKnown(testedLabels, classes, tested);
        IVectorClassifier classifier = Train(known.Points, NumbersOf(labels, classes), classes.Length, method, cancel);
        return Of(method, null, classes, tested, testedLabels, PredictAll(classifier, tested.Points, cancel));
    }

    /// <summary>The class whose description is nearest to each row.</summary>
    /// <param name="descriptions">Of length 1, one for each class.</param>
    /// <param name="labels">Of each row; null where they are not known.</param>
    public static ClassificationReport ByDescription(
        EmbeddedTexts texts, IReadOnlyList<string> classes, Points descriptions, IReadOnlyList<string>? labels, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(descriptions);
        RequireSameLength(descriptions.Dimensions, texts.Points.Dimensions);
        RequireKnown(labels, classes, texts);
        return Of(ClassifyMethod.Description, null, classes, texts, labels, PredictAll(new NearestDescription(descriptions), texts.Points, cancel));
    }

    /// <summary>What was found, for people.</summary>
    public IEnumerable<string> Sentences()
    {
        string how = this switch
        {
            { Method: "description" } => Text.Of("by the nearest description", "按最接近的描述"),
            { Folds: { } folds } => Text.Of($"{Method}, {folds} parts, each predicted from the others", $"{Method}，分 {folds} 份，每份由其余各份预测"),
            _ => Text.Of($"{Method}, learned from the first file", $"{Method}，由第一个文件学习"),
        };
        yield return Scores is { } scores
            ? Text.Of(
                Invariant($"Accuracy {scores.Accuracy:0.000} of {scores.Rows:N0} rows, mean F1 {scores.MacroF1:0.000} ({how}). Always saying the most frequent class: {MostFrequent:0.000}."),
                Invariant($"{scores.Rows:N0} 行的准确率 {scores.Accuracy:0.000}，平均 F1 {scores.MacroF1:0.000}（{how}）。总是回答最常见类别：{MostFrequent:0.000}。"))
            : Text.Of(Invariant($"{Text.Counted(Predictions.Count, "row")} classified ({how}); without labels there is no accuracy."), Invariant($"已分类 {Predictions.Count:N0} 行（{how}）；没有标签，无法计算准确率。"));
    }

    /// <summary>The predicted classes on a map.</summary>
    /// <param name="name">Of the file.</param>
    public MapContent Map(string name)
    {
        Dictionary<string, int> numbers = Classes.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i, StringComparer.Ordinal);
        return new MapContent(
            Text.Of($"Classes of {name}", $"{name} 的类别"),
            [.. Classes.Select(label => new MapGroup(label))],
            [.. Predictions.Select(one => numbers[one.Label])],
            [.. Sentences()])
        {
            Tables = Scores is null ? [] : [(Text.Of("Classes", "各类别"), Scores.Table())],
        };
    }

    /// <summary>The different labels in order, from which something can be learned.</summary>
    /// <param name="isCrossValidated">Whether a part of the rows is left out of what is learned from: then each class needs two.</param>
    /// <exception cref="HoneException">There are fewer than two, one for nearly every row, or one that has but one row.</exception>
    public static string[] RequireClasses(IReadOnlyList<string> labels, bool isCrossValidated)
    {
        string[] classes = ClassesOf(labels);
        IGrouping<string, string> smallest = labels.GroupBy(label => label, StringComparer.Ordinal).MinBy(group => group.Count())!;
        return !isCrossValidated || smallest.Count() > 1
            ? classes
            : throw new HoneException(Text.Of(
                $"The class {Formats.Excerpt.Of(smallest.Key)} has one row: nothing is left to learn it from. Each of the {classes.Length} classes needs two rows; is this the column of labels?",
                $"类别 {Formats.Excerpt.Of(smallest.Key)} 只有一行：留出后便无从学习。{classes.Length} 个类别各需至少两行；这是标签列吗？"));
    }

    /// <summary>The different labels in order.</summary>
    /// <exception cref="HoneException">There are fewer than two, or one for nearly every row.</exception>
    public static string[] ClassesOf(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string[] classes = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new HoneException(Text.Of($"All rows have the label {Formats.Excerpt.Of(classes[0])}: there is nothing to tell apart. Two classes are needed.", $"所有行的标签都是 {Formats.Excerpt.Of(classes[0])}：没有可区分的类别。至少需要两个类别。"));
        if (classes.Length == labels.Count || classes.Length > MostClasses)
            throw new HoneException(Text.Of(
                $"The labels of {labels.Count} rows are {classes.Length} different ones: these are no classes. Name the column that says what kind a row is.",
                $"{labels.Count} 行数据有 {classes.Length} 个不同的标签：这不是类别。请指定表示类别的列。"));
        return classes;
    }

    static IVectorClassifier Train(Points points, IReadOnlyList<int> classes, int count, ClassifyMethod method, CancellationToken cancel) =>
        method == ClassifyMethod.Knn ? new NearestNeighbours(points, classes, NearestNeighbours.DefaultCount) : LogisticRegression.TrainBest(points, classes, count, cancel);

    static Prediction[] PredictAll(IVectorClassifier classifier, Points points, CancellationToken cancel)
    {
        var predictions = new Prediction[points.Count];
        PointLoop.For(points.Count, i => predictions[i] = classifier.Predict(points.Row(i)), cancel);
        return predictions;
    }

    static int[] NumbersOf(IReadOnlyList<string> labels, IReadOnlyList<string> classes)
    {
        Dictionary<string, int> numbers = classes.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i, StringComparer.Ordinal);
        return [.. labels.Select(label => numbers[label])];
    }

    /// <summary>Refuses labels that are none of the classes before anything is computed.</summary>
    static void RequireKnown(IReadOnlyList<string>? labels, IReadOnlyList<string> classes, EmbeddedTexts texts)
    {
        HashSet<string> known = [.. classes];
        for (int row = 0; row < (labels?.Count ?? 0); row++)
            if (!known.Contains(labels![row]))
                throw new HoneException(Text.Of(
                    $"Line {texts.Rows[row].Line} has the label {Formats.Excerpt.Of(labels[row])}, which is none of the classes: {string.Join(", ", classes.Take(MostListed))}. Correct it, or add the class.",
                    $"第 {texts.Rows[row].Line} 行的标签是 {Formats.Excerpt.Of(labels[row])}，不在这些类别中：{string.Join("、", classes.Take(MostListed))}。请更正，或补上该类别。"));
    }

    static void RequireSameLength(int known, int tested)
    {
        if (known != tested)
            throw new HoneException(Text.Of($"The vectors to compare have {known} and {tested} numbers: they are of other models. Embed both with one model.", $"要比较的向量分别为 {known} 维和 {tested} 维：来自不同的模型。请用同一模型生成。"));
    }

    static ClassificationReport Of(ClassifyMethod method, int? folds, IReadOnlyList<string> classes, EmbeddedTexts texts, IReadOnlyList<string>? labels, Prediction[] predictions)
    {
        RowClass[] rows = [.. predictions.Select((one, row) => new RowClass(row, texts.Rows[row].Line, classes[one.Class], labels?[row], one.Confidence))];
        ClassificationScores? scores = labels is null ? null : ClassificationScores.Of(classes, NumbersOf(labels, classes), [.. predictions.Select(one => one.Class)]);
        double? mostFrequent = labels?.GroupBy(label => label, StringComparer.Ordinal).Max(group => (double)group.Count() / labels.Count);
        return new ClassificationReport(method.ToString().ToLowerInvariant(), folds, classes, scores, mostFrequent, rows);
    }
}
