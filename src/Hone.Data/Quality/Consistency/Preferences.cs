using Hone.Data.Quality.Similarity;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>Preferences that prefer nothing, contradict each other, or could be told by the length alone.</summary>
sealed class Preferences : QualityCheck
{
    const int FewestPairs = 30;
    const double TellingShare = 0.8;

    // Of 16 bytes a pair: prompt with the answer that was preferred.
    readonly HashSet<ulong> _preferred = [];
    readonly PlaceList _same = new();
    readonly PlaceList _contradicting = new();
    int _pairs;
    int _longer;
    int _shorter;

    public override void Learn(QualityRow row)
    {
        if (row.Sample.Rejected is not null)
            _preferred.Add(Key(row.Sample, row.Sample.Answer));
    }

    public override void Judge(QualityRow row)
    {
        Sample sample = row.Sample;
        if (sample.Rejected is null)
            return;
        _pairs++;
        _longer += sample.Answer.Length > sample.Rejected.Length ? 1 : 0;
        _shorter += sample.Answer.Length < sample.Rejected.Length ? 1 : 0;
        if (NormalText.Of(sample.Answer) == NormalText.Of(sample.Rejected))
            _same.Add(row);
        else if (_preferred.Contains(Key(sample, sample.Rejected)))
            _contradicting.Add(row, $"{sample.Prompt} ↛ {sample.Rejected}");
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        if (_same.Count > 0)
            yield return Finding(
                "preference_of_equals",
                _same.Count,
                80,
                Text.Of(Invariant($"Pairs with the same answer on both sides: {_same.Count:N0}."), Invariant($"{_same.Count:N0} 对偏好的两个回答相同。")),
                Text.Of("Remove them: there is nothing to prefer.", "请删除：没有可偏好的差别。"),
                _same.First
            );
        if (_contradicting.Count > 0)
            yield return Finding(
                "contradicting_preferences",
                _contradicting.Count,
                80,
                Text.Of(Invariant($"Pairs that reject an answer which another pair with the same prompt prefers: {_contradicting.Count:N0}."), Invariant($"{_contradicting.Count:N0} 对偏好拒绝的回答，在提示相同的另一对中却被选中。")),
                Text.Of("Decide which pair is right and remove the other.", "请确定哪一对正确，并删除另一对。"),
                _contradicting.First
            );
        (int most, bool isLonger) = (Math.Max(_longer, _shorter), _longer > _shorter);
        if (_pairs >= FewestPairs && most >= _pairs * TellingShare)
            yield return Finding(
                "preference_by_length",
                most,
                30,
                isLonger
                    ? Text.Of(Invariant($"The preferred answer is the longer one in {100.0 * most / _pairs:0} % of the pairs."), Invariant($"{100.0 * most / _pairs:0} % 的偏好选择了更长的回答。"))
                    : Text.Of(Invariant($"The preferred answer is the shorter one in {100.0 * most / _pairs:0} % of the pairs."), Invariant($"{100.0 * most / _pairs:0} % 的偏好选择了更短的回答。")),
                Text.Of("Add pairs where the length speaks for the other answer, or the model learns the length and not the quality.", "请加入长度相反的偏好对，否则模型学到的是长度而不是质量。"),
                []
            );
    }

    QualityFinding Finding(string code, int count, int weight, string what, string fix, IReadOnlyList<QualityPlace> places) =>
        new(code, QualityArea.Consistency, what, fix) { Examples = count, Of = _pairs, Weight = weight, Places = places };

    static ulong Key(Sample sample, string answer) =>
        NormalText.Mix(NormalText.Hash(sample.Instructions) + NormalText.Mix(NormalText.Hash(NormalText.Of(sample.Prompt)))) ^ NormalText.Hash(NormalText.Of(answer));
}
