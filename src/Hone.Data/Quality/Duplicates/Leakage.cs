using Hone.Data.Formats;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Duplicates;

/// <summary>Examples of the validation and test files whose prompts stand in the training file too, so that the measurement tells what was learnt by heart.</summary>
sealed class Leakage(FileProfile profile, RepeatedPrompts repeated, QualityAdvice advice) : QualityCheck
{
    /// <summary>A measurement on a file of which that share was trained on is worth nothing.</summary>
    const double Unusable = 0.05;

    public override IEnumerable<QualityFinding> Conclude() =>
        [.. Between(DataPart.Train, DataPart.Valid), .. Between(DataPart.Train, DataPart.Test), .. Between(DataPart.Valid, DataPart.Test)];

    IEnumerable<QualityFinding> Between(DataPart earlier, DataPart later)
    {
        (RowTally same, RowTally near) = (new(), new());
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
                earlier,
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
                earlier,
                later,
                near,
                60,
                Text.Of(
                    Invariant($"Examples of the {later.Name()} file that stand in the {earlier.Name()} file with a few words changed: {near.Count:N0} of {profile.RowsOf(later):N0}."),
                    Invariant($"{later.Name()}文件的 {profile.RowsOf(later):N0} 个样本中有 {near.Count:N0} 个只改动几个字词就出现在{earlier.Name()}文件里。"))
            );
    }

    QualityFinding Finding(string code, DataPart earlier, DataPart part, RowTally rows, int weight, string what) =>
        new(
            code,
            QualityArea.Duplicates,
            what,
            earlier == DataPart.Train
                ? Text.Of($"The measurement is too good otherwise: {advice.FixTraining()}.", $"否则评估结果会虚高：{advice.FixTraining()}。")
                : Text.Of($"A model that was chosen by one file is measured with the other: '{advice.Fix(earlier, [part])}' leaves them out.", $"模型会按一个文件挑选、再用另一个文件评估：可用 '{advice.Fix(earlier, [part])}' 去掉。")
        )
        {
            Severity = code == "leakage" && rows.Count >= profile.RowsOf(part) * Unusable ? Severity.Error : Severity.Warning,
            Examples = rows.Count,
            Of = profile.RowsOf(part),
            Weight = weight,
            Rows = rows.First,
        };
}
