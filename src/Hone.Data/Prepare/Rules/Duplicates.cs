using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Finds rows whose prompt and completion occurred before.</summary>
static class Duplicates
{
    public static Remedy? Check(Frame frame)
    {
        HashSet<(string, string)> seen = [];
        int[] rows = [.. Enumerable.Range(0, frame.Rows.Count).Where(i => !seen.Add(Key(frame.Rows[i])))];
        if (rows.Length == 0)
            return null;
        int[] lines = [.. rows.Select(i => frame.Rows[i].Line)];
        return new Remedy("duplicated_rows")
        {
            Finding = Text.Of($"Rows that occurred before: {rows.Length}, at line {Shown.Lines(lines)}.", $"有 {rows.Length} 行重复，位于第 {Shown.Lines(lines)} 行。"),
            Rows = rows,
            Lines = lines,
            Recommended = new Fix(Text.Of($"Remove the duplicate rows ({rows.Length})", $"删除 {rows.Length} 行重复数据"), KeepFirst),
        };
    }

    static Frame KeepFirst(Frame frame)
    {
        HashSet<(string, string)> seen = [];
        return frame.Where(row => seen.Add(Key(row)));
    }

    static (string, string) Key(FrameRow row) => (row.Prompt, row.Completion);
}
