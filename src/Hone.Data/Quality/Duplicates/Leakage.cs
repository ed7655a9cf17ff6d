using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Duplicates;

/// <summary>Examples of the validation and test files whose prompts stand in the training file too, so that the measurement tells what was learnt by heart.</summary>
sealed class Leakage(FileProfile profile, RepeatedPrompts repeated) : QualityCheck
{
    /// <summary>A measurement on a file of which that share was trained on is worth nothing.</summary>
    const double Unusable = 0.05;

    public override IEnumerable<QualityFinding> Conclude() =>
        [.. Between(DataPart.Train, DataPart.Valid), .. Between(DataPart.Train, DataPart.Test), .. Between(DataPart.Valid, DataPart.Test)];

    IEnumerable<QualityFinding> Between(DataPart earlier, DataPart later)
    {
        List<int> same = [];
        List<int> near = [];
        foreach (RepeatedRow[] group in repeated.Groups)
        {
            HashSet<ulong> prompts = [.. group.Where(row => profile.PartOf(row.Index) == earlier).Select(row => row.Prompt)];
            if (prompts.Count > 0)
                foreach (RepeatedRow row in group.Where(row => profile.PartOf(row.Index) == later))
                    (prompts.Contains(row.Prompt) ? same : near).Add(row.Index);
        }
        if (same.Count > 0)
            yield return Finding(
                "leakage",
                later,
                same,
                100,
                Text.Of(
                    Invariant($"Examples of the {later.Name()} file that stand in the {earlier.Name()} file too: {same.Count:N0} of {profile.RowsOf(later):N0}."),
                    Invariant($"{later.Name()}文件的 {profile.RowsOf(later):N0} 个样本中有 {same.Count:N0} 个也在{earlier.Name()}文件里。"))
            );
        if (near.Count > 0)
            yield return Finding(
                "near_leakage",
                later,
                near,
                60,
                Text.Of(
                    Invariant($"Examples of the {later.Name()} file that stand in the {earlier.Name()} file with a few words changed: {near.Count:N0} of {profile.RowsOf(later):N0}."),
                    Invariant($"{later.Name()}文件的 {profile.RowsOf(later):N0} 个样本中有 {near.Count:N0} 个只改动几个字词就出现在{earlier.Name()}文件里。"))
            );
    }

    QualityFinding Finding(string code, DataPart part, List<int> rows, int weight, string what) =>
        new(
            code,
            QualityArea.Duplicates,
            what,
            Text.Of(
                "Leave them out of the training file with --fix OUT, or split again with 'hone data split': the measurement is too good otherwise.",
                "请用 --fix OUT 从训练文件中去掉，或用 'hone data split' 重新划分：否则评估结果会虚高。")
        )
        {
            Severity = code == "leakage" && rows.Count >= profile.RowsOf(part) * Unusable ? Severity.Error : Severity.Warning,
            Examples = rows.Count,
            Of = profile.RowsOf(part),
            Weight = weight,
            Rows = [.. rows.Order().Take(QualityFinding.MostShown)],
        };
}
