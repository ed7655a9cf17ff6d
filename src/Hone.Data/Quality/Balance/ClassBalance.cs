using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Balance;

/// <summary>Where the answers are classes: whether each has enough examples, and whether the files have the same ones.</summary>
sealed class ClassBalance(FileProfile profile) : QualityCheck
{
    const int LargestRatio = 10;
    const int FewestExamples = 10;
    const int FewestRows = 10;
    const int NamedClasses = 5;

    public override IEnumerable<QualityFinding> Conclude()
    {
        IReadOnlyList<(string Name, int Count)> classes = profile.Labels.Classes;
        int rows = profile.RowsOf(DataPart.Train);
        if (classes.Count == 0 || rows < FewestRows)
            return [];
        if (classes.Count == 1)
            return [classes[0].Count == rows ? OneClass(classes[0].Name, rows) : NearlyOneClass(classes[0].Name, classes[0].Count, rows)];
        return [.. Imbalance(classes), .. SmallClasses(classes, rows), .. MissingFromTraining(DataPart.Valid), .. MissingFromTraining(DataPart.Test), .. NeverTested()];
    }

    public override IEnumerable<QualityFigure> Describe() =>
        profile.Labels.Classes.Take(NamedClasses).Select(one => QualityFigure.OfShare($"class.{one.Name}", Text.Of($"class \"{Excerpt.Of(one.Name)}\"", $"类别“{Excerpt.Of(one.Name)}”"), one.Count, profile.RowsOf(DataPart.Train)));

    static QualityFinding OneClass(string name, int rows) =>
        new(
            "one_class",
            QualityArea.Balance,
            Text.Of(Invariant($"All {rows:N0} answers are \"{Excerpt.Of(name)}\"."), Invariant($"全部 {rows:N0} 个回答都是“{Excerpt.Of(name)}”。")),
            Text.Of("Add examples of the other classes: from one class a model learns to say it always.", "请加入其他类别的样本：只有一类时，模型只会学到永远回答它。")
        )
        {
            Severity = Severity.Error,
            Examples = rows,
            Of = rows,
            Weight = 100,
        };

    static QualityFinding NearlyOneClass(string name, int count, int rows) =>
        new(
            "nearly_one_class",
            QualityArea.Balance,
            Text.Of(Invariant($"{count:N0} of {rows:N0} answers are \"{Excerpt.Of(name)}\", and no other answer comes twice."), Invariant($"{rows:N0} 个回答中有 {count:N0} 个是“{Excerpt.Of(name)}”，其他回答都只出现一次。")),
            Text.Of("Add examples of the other classes: from one class a model learns to say it always.", "请加入其他类别的样本：只有一类时，模型只会学到永远回答它。")
        )
        {
            Examples = count,
            Of = rows,
            Weight = 90,
        };

    static IEnumerable<QualityFinding> Imbalance(IReadOnlyList<(string Name, int Count)> classes)
    {
        (string name, int most) = classes[0];
        (string rarest, int fewest) = classes[^1];
        (string, int)[] rare = [.. classes.Where(one => one.Count * LargestRatio < most)];
        if (rare.Length == 0)
            yield break;
        yield return new QualityFinding(
            "class_imbalance",
            QualityArea.Balance,
            Text.Of(
                Invariant($"The class \"{Excerpt.Of(name)}\" has {most:N0} examples, \"{Excerpt.Of(rarest)}\" {fewest:N0}: {(double)most / fewest:N0} times fewer."),
                Invariant($"类别“{Excerpt.Of(name)}”有 {most:N0} 个样本，“{Excerpt.Of(rarest)}”只有 {fewest:N0} 个，相差 {(double)most / fewest:N0} 倍。")),
            Text.Of(
                $"Collect more of {Names(rare)}, or take a sample of the large classes; and measure each class by itself, not the accuracy alone.",
                $"请为 {Names(rare)} 补充样本，或对大类抽样；评估时请看每一类，而不只看总准确率。")
        )
        {
            Examples = rare.Length,
            Of = classes.Count,
            Weight = 30,
        };
    }

    static IEnumerable<QualityFinding> SmallClasses(IReadOnlyList<(string Name, int Count)> classes, int rows)
    {
        (string Name, int Count)[] small = [.. classes.Where(one => one.Count < FewestExamples)];
        if (small.Length > 0)
            yield return new QualityFinding(
                "small_classes",
                QualityArea.Balance,
                Text.Of($"Classes with fewer than {FewestExamples} examples: {small.Length} of {classes.Count}, {Names(small)}.", $"{classes.Count} 个类别中有 {small.Length} 个不足 {FewestExamples} 个样本：{Names(small)}。"),
                Text.Of("Give each class 100 examples or more, or join rare classes into one.", "请为每类准备 100 个以上样本，或合并少见的类别。")
            )
            {
                Examples = small.Sum(one => one.Count),
                Of = rows,
                Weight = 40,
            };
    }

    IEnumerable<QualityFinding> MissingFromTraining(DataPart part)
    {
        (string Name, int Count)[] unknown =
        [
            .. profile.Labels.CountsOf(part).Where(count => !profile.Labels.CountsOf(DataPart.Train).ContainsKey(count.Key)).Select(count => (count.Key, count.Value)).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
            yield return new QualityFinding(
                "class_not_in_training",
                QualityArea.Balance,
                Text.Of($"The {part.Name()} file has classes of which the training file has no example: {Names(unknown)}.", $"{part.Name()}文件中有训练文件没有的类别：{Names(unknown)}。"),
                Text.Of("Split again by class ('hone data split'), or correct the names.", "请按类别重新划分（'hone data split'），或更正名称。")
            )
            {
                Examples = unknown.Sum(one => one.Count),
                Of = profile.RowsOf(part),
                Weight = 60,
            };
    }

    IEnumerable<QualityFinding> NeverTested()
    {
        (string Name, int Count)[] untested =
        [
            .. profile.Labels.Classes.Where(one => !profile.Labels.CountsOf(DataPart.Valid).ContainsKey(one.Name) && !profile.Labels.CountsOf(DataPart.Test).ContainsKey(one.Name)),
        ];
        if (untested.Length > 0 && profile.Rows > profile.RowsOf(DataPart.Train))
            yield return new QualityFinding(
                "class_not_tested",
                QualityArea.Balance,
                Text.Of($"Classes that neither validation nor test has: {untested.Length} of {profile.Labels.Classes.Count}, {Names(untested)}.", $"{profile.Labels.Classes.Count} 个类别中有 {untested.Length} 个在验证和测试文件中都没有：{Names(untested)}。"),
                Text.Of("Split again by class ('hone data split'), so that every class is measured.", "请按类别重新划分（'hone data split'），使每一类都得到评估。")
            )
            {
                Examples = untested.Length,
                Of = profile.Labels.Classes.Count,
                Weight = 20,
            };
    }

    static string Names(IReadOnlyList<(string Name, int Count)> classes)
    {
        string named = string.Join(", ", classes.Take(NamedClasses).Select(one => $"{Excerpt.Of(one.Name)} ({one.Count})"));
        return classes.Count > NamedClasses ? named + ", …" : named;
    }
}
