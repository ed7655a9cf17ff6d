using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Duplicates;

/// <summary>Examples that stand in a file twice, to the letter or nearly so.</summary>
sealed class Repetitions(FileProfile profile, RepeatedPrompts repeated) : QualityCheck
{
    public override IEnumerable<QualityFinding> Conclude()
    {
        foreach (DataPart part in Enum.GetValues<DataPart>())
        {
            List<int> same = [];
            List<int> near = [];
            foreach (RepeatedRow[] group in repeated.Groups)
                Compare([.. group.Where(row => profile.PartOf(row.Index) == part)], same, near);
            if (same.Count > 0)
                yield return Finding(
                    "duplicates",
                    part,
                    same,
                    40,
                    Text.Of(Invariant($"{same.Count:N0} of {profile.RowsOf(part):N0} examples in the {part.Name()} file repeat an earlier one."), Invariant($"{part.Name()}文件的 {profile.RowsOf(part):N0} 个样本中有 {same.Count:N0} 个与前面的重复。"))
                );
            if (near.Count > 0)
                yield return Finding(
                    "near_duplicates",
                    part,
                    near,
                    20,
                    Text.Of(
                        Invariant($"{near.Count:N0} of {profile.RowsOf(part):N0} examples in the {part.Name()} file differ from an earlier one in a few words only."),
                        Invariant($"{part.Name()}文件的 {profile.RowsOf(part):N0} 个样本中有 {near.Count:N0} 个与前面的只差几个字词。"))
                );
        }
    }

    static void Compare(RepeatedRow[] rows, List<int> same, List<int> near)
    {
        HashSet<(ulong, ulong)> seen = [];
        HashSet<int> kinds = [];
        foreach (RepeatedRow row in rows)
        {
            bool isNewKind = kinds.Add(row.Kind);
            if (!seen.Add((row.Prompt, row.Answer)))
                same.Add(row.Index);
            else if (!isNewKind)
                near.Add(row.Index);
        }
    }

    QualityFinding Finding(string code, DataPart part, List<int> rows, int weight, string what) =>
        new(
            code,
            QualityArea.Duplicates,
            what,
            Text.Of("Remove them with 'hone data dedupe': what is repeated is learnt by heart and counts twice.", "请用 'hone data dedupe' 删除：重复的内容会被死记，并且被计算两次。")
        )
        {
            Examples = rows.Count,
            Of = profile.RowsOf(part),
            Weight = weight,
            Rows = [.. rows.Order().Take(QualityFinding.MostShown)],
        };
}
