using System.Text.RegularExpressions;
using Hone.Data.Quality.Similarity;
using Hone.Data.Spools;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>Prompts that differ only in an id or a number ("in the style of author_207") while the answers differ altogether: nothing in the prompt tells the model which answer is wanted.</summary>
sealed partial class InterchangeablePrompts(FileProfile profile) : QualityCheck
{
    const int FewestRows = 5;

    // Short ones have a meaning more often than not: type 2, grade 5, vitamin b6.
    const int FewestRowsOfSmallNumbers = 20;
    const int LengthOfSmallNumber = 2;

    // Short answers and those of numbers may be computed from the number in the prompt.
    const int ShortestAnswer = 40;
    const double MostDigits = 0.2;

    // A prompt of that many characters says more than its id.
    const int LongestPrompt = 400;

    // Of rows with a frame.
    readonly Column<int> _rows = new();
    readonly Column<ulong> _frames = new();
    readonly Column<ulong> _answers = new();

    public override void Learn(QualityRow row)
    {
        ulong frame = row.Part == DataPart.Train ? Frame(row.Sample) : 0;
        if (frame == 0)
            return;
        _rows.Add(row.Index);
        _frames.Add(frame);
        _answers.Add(NormalText.Hash(NormalText.Of(row.Sample.Answer)));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        RowTally rows = new();
        ulong[] frames = _frames.ToArray();
        int[] indexes = [.. Enumerable.Range(0, frames.Length)];
        Array.Sort(frames, indexes);
        int start = 0;
        for (int end = 1; end <= frames.Length; end++)
        {
            if (end < frames.Length && frames[end] == frames[start])
                continue;
            if (AnswersDiffer(indexes.AsSpan(start, end - start)))
                foreach (int index in indexes.AsSpan(start, end - start))
                    rows.Add(_rows[index]);
            start = end;
        }
        if (rows.Count == 0)
            yield break;
        yield return new QualityFinding(
            "interchangeable_prompts",
            QualityArea.Sufficiency,
            Text.Of(
                Invariant($"Prompts that differ from others only in an id or a number, while the answers differ altogether: {rows.Count:N0}."),
                Invariant($"{rows.Count:N0} 个提示与其他提示只差一个编号或数字，回答却完全不同。")),
            Text.Of(
                "Put into the prompt what the id stands for (the text, the record, a description): from a number a model can only learn answers by heart.",
                "请把编号所代表的内容（原文、记录、说明）写进提示：仅凭一个编号，模型只能死记答案。")
        )
        {
            Examples = rows.Count,
            Of = profile.RowsOf(DataPart.Train),
            Weight = 70,
            Rows = rows.First,
        };
    }

    bool AnswersDiffer(ReadOnlySpan<int> rows)
    {
        HashSet<ulong> different = [];
        foreach (int row in rows)
            different.Add(_answers[row]);
        // The frame of a small number is even: see Frame.
        int fewest = _frames[rows[0]] % 2 == 0 ? FewestRowsOfSmallNumbers : FewestRows;
        return rows.Length >= fewest && different.Count * 2 > rows.Length;
    }

    /// <summary>A hash of the prompt with its only id left open, odd for an id and even for a small number; 0 where it has none or several, or where the answer may follow from the number.</summary>
    static ulong Frame(Sample sample)
    {
        if (sample.Prompt.Length > LongestPrompt || !sample.Prompt.AsSpan().ContainsAnyInRange('0', '9'))
            return 0;
        if (sample.Answer.Length < ShortestAnswer || sample.Answer.Count(char.IsDigit) > sample.Answer.Length * MostDigits)
            return 0;
        string prompt = NormalText.Of(sample.Prompt);
        string[] ids = [.. Word().Matches(prompt).Select(word => word.Value).Where(word => word.Any(char.IsDigit))];
        if (ids.Length != 1)
            return 0;
        bool isSmallNumber = ids[0].Length <= LengthOfSmallNumber;
        ulong hash = NormalText.Hash($"{sample.Instructions}\n{prompt.Replace(ids[0], "∎", StringComparison.Ordinal)}");
        return isSmallNumber ? hash & ~1ul : hash | 1;
    }

    [GeneratedRegex(@"[#A-Za-z0-9_-]+")]
    private static partial Regex Word();
}
