using Hone.Data.Quality;
using Hone.Data.Spools;
using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Finds rows whose prompt and completion occurred before.</summary>
static class Duplicates
{
    public static Remedy? Check(Frame frame)
    {
        RowSet repeated = Repeated(frame);
        if (repeated.Count == 0)
            return null;
        (IReadOnlyList<int> rows, IReadOnlyList<int> lines) = frame.Find((_, index) => repeated.Contains(index));
        return new Remedy("duplicated_rows")
        {
            Finding = Text.Of($"Rows that occurred before: {rows.Count}, at line {Shown.Lines(lines)}.", $"有 {rows.Count} 行重复，位于第 {Shown.Lines(lines)} 行。"),
            Rows = rows,
            Lines = lines,
            Recommended = new Fix(Text.Of($"Remove the duplicate rows ({rows.Count})", $"删除 {rows.Count} 行重复数据"), KeepFirst),
        };
    }

    static Frame KeepFirst(Frame frame)
    {
        RowSet repeated = Repeated(frame);
        return frame.Where((_, index) => !repeated.Contains(index));
    }

    static RowSet Repeated(Frame frame)
    {
        using DigestFile digests = new();
        foreach (FrameRow row in frame.Rows)
            digests.Add(row.Prompt, row.Completion);
        RowSet repeated = new(frame.Rows.Count);
        foreach ((int row, int first) in digests.Firsts())
            if (first != row)
                repeated.Add(row);
        return repeated;
    }
}
