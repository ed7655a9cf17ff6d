using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Duplicates;

/// <summary>Examples that stand in a file twice, to the letter or nearly so.</summary>
sealed class Repetitions(FileProfile profile, RepeatedPrompts repeated, QualityAdvice advice) : QualityCheck
{
    public override IEnumerable<QualityFinding> Conclude()
    {
        foreach (DataPart part in Enum.GetValues<DataPart>())
        {
            (RowTally same, RowTally near) = (new(), new());
            foreach (RepeatedRow[] group in repeated.Groups)
                foreach ((int index, bool isNear) in Of([.. group.Where(row => profile.PartOf(row.Index) == part)]))
                    (isNear ? near : same).Add(index);
            if (same.Count > 0)
                yield return Finding(
                    "duplicates",
                    part,
                    same,
                    40,
                    Text.Of(Invariant($"Examples of the {part.Name()} file that repeat an earlier one: {same.Count:N0} of {profile.RowsOf(part):N0}."), Invariant($"{part.Name()}文件的 {profile.RowsOf(part):N0} 个样本中有 {same.Count:N0} 个与前面的重复。"))
                );
            if (near.Count > 0)
                yield return Finding(
                    "near_duplicates",
                    part,
                    near,
                    20,
                    Text.Of(
                        Invariant($"Examples of the {part.Name()} file that differ from an earlier one in a few words only: {near.Count:N0} of {profile.RowsOf(part):N0}."),
                        Invariant($"{part.Name()}文件的 {profile.RowsOf(part):N0} 个样本中有 {near.Count:N0} 个与前面的只差几个字词。"))
                );
        }
    }

    /// <summary>Of rows that ask the same, those whose answer was given before, and whether only nearly so.</summary>
    public static IEnumerable<(int Index, bool IsNear)> Of(RepeatedRow[] rows)
    {
        HashSet<(ulong, ulong)> seen = [];
        HashSet<int> kinds = [];
        foreach (RepeatedRow row in rows)
        {
            bool isNewKind = kinds.Add(row.Kind);
            bool isNew = seen.Add((row.Prompt, row.Answer));
            if (!isNew || !isNewKind)
                yield return (row.Index, isNew);
        }
    }

    QualityFinding Finding(string code, DataPart part, RowTally rows, int weight, string what) =>
        new(
            code,
            QualityArea.Duplicates,
            what,
            part == DataPart.Train
                ? Text.Of($"What is repeated is learnt by heart and counts twice: {advice.FixTraining()}.", $"重复的内容会被死记，并且被计算两次：{advice.FixTraining()}。")
                : Text.Of($"What is repeated counts twice: '{advice.Fix(part, [])}' leaves it out.", $"重复的内容会被计算两次：可用 '{advice.Fix(part, [])}' 去掉。")
        )
        {
            Examples = rows.Count,
            Of = profile.RowsOf(part),
            Weight = weight,
            Rows = rows.First,
        };
}
