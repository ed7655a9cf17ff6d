using System.Text.RegularExpressions;
using Hone.Data.Quality.Similarity;
using Hone.Data.Spools;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>Prompts that differ only in an id or a number ("in the style of author_207") while the answers differ altogether: nothing in the prompt tells the model which answer is wanted.</summary>
sealed partial class InterchangeablePrompts(FileProfile profile) : QualityCheck, IDisposable
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

    readonly NumberFile<FramedRow> _rows = new();

    public override void Learn(QualityRow row)
    {
        ulong frame = row.Part == DataPart.Train ? Frame(row.Sample) : 0;
        if (frame == 0)
            return;
        _rows.Add(new FramedRow(frame, NormalText.Hash(NormalText.Of(row.Sample.Answer)), row.Index));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        RowTally rows = new();
        var frames = new ulong[_rows.Count];
        foreach ((int place, FramedRow row) in _rows.InOrder().Index())
            frames[place] = row.Frame;
        int[] places = [.. Enumerable.Range(0, frames.Length)];
        Array.Sort(frames, places);
        for (int start = 0, end; start < frames.Length; start = end)
        {
            end = start + 1;
            while (end < frames.Length && frames[end] == frames[start])
                end++;
            if (AnswersDiffer(frames[start], places.AsSpan(start..end)))
                foreach (int place in places.AsSpan(start..end))
                    rows.Add(_rows[place].Index);
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

    public void Dispose() => _rows.Dispose();

    bool AnswersDiffer(ulong frame, ReadOnlySpan<int> places)
    {
        // The frame of a small number is even: see Frame.
        if (places.Length < (frame % 2 == 0 ? FewestRowsOfSmallNumbers : FewestRows))
            return false;
        HashSet<ulong> different = [];
        foreach (int place in places)
            different.Add(_rows[place].Answer);
        return different.Count * 2 > places.Length;
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

    /// <summary>A row whose prompt has an id.</summary>
    readonly record struct FramedRow(ulong Frame, ulong Answer, int Index);
}
