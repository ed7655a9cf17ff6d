using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Removes the rows whose completion is empty or null.</summary>
static class EmptyCompletions
{
    public static Remedy? Check(Frame frame)
    {
        (IReadOnlyList<int> rows, IReadOnlyList<int> lines) = frame.Find((row, _) => row.Completion.Length == 0);
        if (rows.Count == 0)
            return null;
        if (rows.Count == frame.Rows.Count)
            throw new HoneException(Text.Of("Every completion is empty: there is nothing to learn. Fill in the column `completion`.", "所有补全都为空，没有可学的内容。请填写 `completion` 列。"));
        return new Remedy("empty_completion")
        {
            Finding = Text.Of($"Empty completions: {rows.Count}, at line {Shown.Lines(lines)}.", $"有 {rows.Count} 个补全为空，位于第 {Shown.Lines(lines)} 行。"),
            Rows = rows,
            Lines = lines,
            Necessary = new Fix(
                Text.Of($"Remove the rows with an empty completion ({rows.Count})", $"删除 {rows.Count} 行补全为空的数据"),
                it => it.Where((row, _) => row.Completion.Length > 0)
            ),
        };
    }
}
