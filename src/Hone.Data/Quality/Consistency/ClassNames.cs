using Hone.Data.Quality.Similarity;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>Where the answers are classes: names that are written in several ways, and answers that are no class.</summary>
sealed class ClassNames(FileProfile profile) : QualityCheck
{
    const int Named = 5;

    readonly PlaceList _strays = new();
    int _rows;

    public override void Judge(QualityRow row)
    {
        if (!profile.Labels.AreClasses || row.Part != DataPart.Train)
            return;
        _rows++;
        if (!profile.Labels.IsClass(row.Sample.Answer) && !string.IsNullOrWhiteSpace(row.Sample.Answer))
            _strays.Add(row, row.Sample.Answer);
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        if (!profile.Labels.AreClasses)
            yield break;
        (string Name, int Count)[][] variants =
        [
            .. profile.Labels.CountsOf(DataPart.Train).Select(count => (Name: count.Key, Count: count.Value)).GroupBy(one => NormalText.Of(one.Name)).Where(group => group.Key.Length > 0).Select(Ordered).Where(group => group.Length > 1),
        ];
        if (variants.Length > 0)
            yield return Variants(variants);
        if (_strays.Count > 0)
            yield return new QualityFinding(
                "stray_answers",
                QualityArea.Consistency,
                Text.Of(
                    Invariant($"Answers that stand alone, where the others are one of {profile.Labels.Classes.Count} classes: {_strays.Count:N0} of {_rows:N0}."),
                    Invariant($"{_rows:N0} 个回答中有 {_strays.Count:N0} 个只出现一次，而其余都是 {profile.Labels.Classes.Count} 个类别之一。")),
                Text.Of("Correct the name of the class, or remove the examples.", "请更正类别名称，或删除这些样本。")
            )
            {
                Examples = _strays.Count,
                Of = _rows,
                Weight = 50,
                Places = _strays.First,
            };
    }

    QualityFinding Variants((string Name, int Count)[][] variants)
    {
        string shown = string.Join("; ", variants.Take(Named).Select(group => string.Join(" / ", group.Select(one => $"\"{one.Name}\" ({one.Count})"))));
        return new QualityFinding(
            "class_name_variants",
            QualityArea.Consistency,
            Text.Of($"Classes that are written in several ways: {shown}.", $"有多种写法的类别：{shown}。"),
            Text.Of("Write each name in one way: for the model these are different answers.", "请统一每个名称的写法：对模型来说它们是不同的回答。")
        )
        {
            Examples = variants.Sum(group => group.Skip(1).Sum(one => one.Count)),
            Of = Math.Max(1, _rows),
            Weight = 70,
        };
    }

    static (string Name, int Count)[] Ordered(IEnumerable<(string Name, int Count)> group) => [.. group.OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal)];
}
