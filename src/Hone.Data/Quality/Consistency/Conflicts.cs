using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>The same question, or nearly the same one, with different answers.</summary>
sealed class Conflicts(FileProfile profile, RepeatedPrompts repeated) : QualityCheck
{
    readonly List<int> _same = [];
    readonly List<int> _near = [];

    public override IEnumerable<QualityFinding> Conclude()
    {
        foreach (RepeatedRow[] group in repeated.Groups)
            Compare(group);
        if (_same.Count > 0)
            yield return profile.Labels.AreClasses ? SameLabels() : SameAnswers();
        if (_near.Count > 0)
            yield return profile.Labels.AreClasses ? NearLabels() : NearAnswers();
    }

    void Compare(RepeatedRow[] group)
    {
        // Prompts that differ in a number ask for different things; two files may word an answer in two ways, but a class is the same in all of them.
        foreach (RepeatedRow[] rows in group.GroupBy(row => (row.Numbers, profile.Labels.AreClasses ? DataPart.Train : profile.PartOf(row.Index))).Select(rows => rows.ToArray()))
        {
            if (rows.All(row => row.Kind == rows[0].Kind))
                continue;
            int[] same = [.. rows.GroupBy(row => row.Prompt).Where(HaveDifferentAnswers).SelectMany(ones => Telling([.. ones]))];
            if (same.Length > 0)
                _same.AddRange(same);
            else
                _near.AddRange(Telling(rows));
        }
    }

    static bool HaveDifferentAnswers(IEnumerable<RepeatedRow> rows) => rows.Select(row => row.Kind).Distinct().Skip(1).Any();

    /// <summary>The rows, one of each answer first: what is shown shows the conflict.</summary>
    static IEnumerable<int> Telling(RepeatedRow[] rows)
    {
        int[] first = [.. rows.DistinctBy(row => row.Kind).Select(row => row.Index)];
        return first.Concat(rows.Select(row => row.Index).Except(first));
    }

    QualityFinding SameLabels() =>
        Finding(
            profile,
            "conflicting_labels",
            _same,
            90,
            Text.Of(Invariant($"Examples with the same text and different classes: {_same.Count:N0}."), Invariant($"{_same.Count:N0} 个样本文本相同，类别却不同。")),
            Text.Of("Decide which class is right, or remove all of them: what contradicts itself cannot be learnt.", "请确定正确的类别，或全部删除：自相矛盾的样本无法学习。")
        );

    QualityFinding NearLabels() =>
        Finding(
            profile,
            "near_conflicting_labels",
            _near,
            50,
            Text.Of(Invariant($"Examples with nearly the same text and different classes: {_near.Count:N0}."), Invariant($"{_near.Count:N0} 个样本与其他样本文本几乎相同，类别却不同。")),
            Text.Of("Look at each pair: one of the classes is often wrong.", "请逐对查看：其中一个类别往往是错的。")
        );

    QualityFinding SameAnswers() =>
        Finding(
            profile,
            "conflicting_answers",
            _same,
            50,
            Text.Of(Invariant($"Examples with the same prompt and different answers: {_same.Count:N0}."), Invariant($"{_same.Count:N0} 个样本提示相同，回答却不同。")),
            Text.Of(
                "Keep the best answer of each, or add to the prompt what tells them apart. Several answers are right only where variety is wanted.",
                "每个提示请保留最好的回答，或在提示中加入区分它们的信息。只有想要多样的回答时才保留多个。")
        );

    QualityFinding NearAnswers() =>
        Finding(
            profile,
            "near_conflicting_answers",
            _near,
            20,
            Text.Of(Invariant($"Examples with nearly the same prompt and different answers: {_near.Count:N0}."), Invariant($"{_near.Count:N0} 个样本与其他样本提示几乎相同，回答却不同。")),
            Text.Of("Look whether the few words that differ explain the different answers.", "请查看少数不同的字词能否解释不同的回答。")
        );

    public static QualityFinding Finding(FileProfile profile, string code, IReadOnlyList<int> rows, int weight, string what, string fix) =>
        new(code, QualityArea.Consistency, what, fix) { Examples = rows.Count, Of = profile.Rows, Weight = weight, Rows = [.. rows.Take(QualityFinding.MostShown)] };
}
