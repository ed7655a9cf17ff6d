using Hone.Data.Analysis;
using Hone.Data.Quality.Similarity;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>
/// Questions that mean the same in other words, with different answers: what <see cref="Conflicts"/> cannot see, because the words are others. Answers that are no classes are different where their vectors are.
/// Keeps all prompts and answers with the vectors of the prompts.
/// </summary>
/// <param name="embed">Turns texts, none of them empty, into vectors of length 1.</param>
/// <param name="cosine">From which cosine on two texts mean the same.</param>
sealed class ConflictsOfMeaning(FileProfile profile, RepeatedPrompts repeated, Func<IReadOnlyList<string>, float[][]> embed, double cosine, CancellationToken cancel) : QualityCheck
{
    readonly List<Asked> _asked = [];

    public override void Judge(QualityRow row)
    {
        if (string.IsNullOrWhiteSpace(row.Sample.Prompt) || string.IsNullOrWhiteSpace(row.Sample.Answer))
            return;
        _asked.Add(new Asked(
            row.Index, row.Part, row.Sample.Prompt, row.Sample.Answer, NormalText.Hash(row.Sample.Instructions), RepeatedPrompts.NumbersOf(row.Sample.Prompt), NormalText.Hash(NormalText.Of(row.Sample.Answer))));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        if (_asked.Count == 0)
            yield break;
        Dictionary<int, int> groups = repeated.Groups.SelectMany((rows, group) => rows.Select(row => (row.Index, group))).ToDictionary();
        Points points = PointsOf([.. _asked.Select(asked => asked.Prompt)]);
        IEnumerable<SemanticRepeat> pairs = SemanticRepeats.Find(points, cosine, (row, earlier) => MayConflict(_asked[row], _asked[earlier], groups), cancel);
        if (!profile.Labels.AreClasses)
            pairs = WithOtherAnswers([.. pairs]);
        int[] rows = [.. pairs.SelectMany(pair => (int[])[_asked[pair.Of].Index, _asked[pair.Index].Index]).Distinct()];
        if (rows.Length > 0)
            yield return profile.Labels.AreClasses ? Labels(rows) : Answers(rows);
    }

    /// <summary>Prompts of one group share their words and were compared; of two files, classes alone must agree.</summary>
    bool MayConflict(Asked one, Asked other, Dictionary<int, int> groups) =>
        one.AnswerHash != other.AnswerHash
        && one.Instructions == other.Instructions
        && one.Numbers == other.Numbers
        && (profile.Labels.AreClasses || one.Part == other.Part)
        && !(groups.TryGetValue(one.Index, out int group) && groups.TryGetValue(other.Index, out int otherGroup) && group == otherGroup);

    IEnumerable<SemanticRepeat> WithOtherAnswers(SemanticRepeat[] pairs)
    {
        if (pairs.Length == 0)
            return [];
        Points points = PointsOf([.. pairs.SelectMany(pair => (string[])[_asked[pair.Index].Answer, _asked[pair.Of].Answer])]);
        return pairs.Where((_, i) => 1 - PointDistance.Cosine(points.Row(2 * i), points.Row((2 * i) + 1)) < cosine);
    }

    Points PointsOf(string[] texts) => Points.Of(embed(texts), i => texts[i]).Unit(i => texts[i]);

    QualityFinding Labels(int[] rows) =>
        Conflicts.Finding(
            profile,
            "semantic_conflicting_labels",
            rows,
            40,
            Text.Of(Invariant($"Examples that say the same in other words and have different classes: {rows.Length:N0}."), Invariant($"{rows.Length:N0} 个样本换种说法意思相同，类别却不同。")),
            Text.Of("Look at each pair: one of the classes may be wrong. What a model of vectors takes for the same is not always the same.", "请逐对查看：其中一个类别可能是错的。向量模型认为相同的，不一定真的相同。"));

    QualityFinding Answers(int[] rows) =>
        Conflicts.Finding(
            profile,
            "semantic_conflicting_answers",
            rows,
            15,
            Text.Of(Invariant($"Examples that ask the same in other words and have different answers: {rows.Length:N0}."), Invariant($"{rows.Length:N0} 个样本换种说法问的是同一件事，回答却不同。")),
            Text.Of("Look whether the answers contradict each other, and keep the better one.", "请查看这些回答是否矛盾，保留较好的一个。"));

    /// <summary>What a row asks and how it is answered.</summary>
    /// <param name="Numbers">Equal where the prompts have the same numbers.</param>
    /// <param name="AnswerHash">Equal where the answers are the same after normalisation.</param>
    readonly record struct Asked(int Index, DataPart Part, string Prompt, string Answer, ulong Instructions, uint Numbers, ulong AnswerHash);
}
