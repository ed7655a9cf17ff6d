using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Removes the rows whose completion is empty or null.</summary>
static class EmptyCompletions
{
    public static Remedy? Check(Frame frame)
    {
        int[] rows = [.. Enumerable.Range(0, frame.Rows.Count).Where(i => frame.Rows[i].Completion.Length == 0)];
        if (rows.Length == 0)
            return null;
        if (rows.Length == frame.Rows.Count)
            throw new HoneException(Text.Of("Every completion is empty: there is nothing to learn. Fill in the column `completion`.", "所有补全都为空，没有可学的内容。请填写 `completion` 列。"));
        int[] lines = [.. rows.Select(i => frame.Rows[i].Line)];
        return new Remedy("empty_completion")
        {
            Finding = Text.Of($"Empty completions: {rows.Length}, at line {Shown.Lines(lines)}.", $"有 {rows.Length} 个补全为空，位于第 {Shown.Lines(lines)} 行。"),
            Rows = rows,
            Lines = lines,
            Necessary = new Fix(
                Text.Of($"Remove the rows with an empty completion ({rows.Length})", $"删除 {rows.Length} 行补全为空的数据"),
                it => it.Where(row => row.Completion.Length > 0)
            ),
        };
    }
}
