using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Finds rows of more than 10,000 characters, unless the prompts are empty on purpose.</summary>
static class LongExamples
{
    const int MostCharacters = 10_000;

    public static Remedy? Check(Frame frame)
    {
        if (TaskKinds.Of(frame) == TaskKind.OpenEnded)
            return null;
        int[] rows = [.. Enumerable.Range(0, frame.Rows.Count).Where(i => IsLong(frame.Rows[i]))];
        if (rows.Length == 0)
            return null;
        int[] lines = [.. rows.Select(i => frame.Rows[i].Line)];
        return new Remedy("long_examples")
        {
            Finding = Text.Of(
                $"Examples of more than 10,000 characters: {rows.Length}, at line {Shown.Lines(lines)}. For classification and conditional generation some 2,000 tokens are enough, and the model's context sets a limit.",
                $"有 {rows.Length} 个样本超过 10,000 个字符，位于第 {Shown.Lines(lines)} 行。分类和条件生成通常两千个词元就够，并且不能超过模型的上下文。"),
            Rows = rows,
            Lines = lines,
            Recommended = new Fix(Text.Of($"Remove the long examples ({rows.Length})", $"删除 {rows.Length} 个过长的样本"), it => it.Where(row => !IsLong(row))),
        };
    }

    static bool IsLong(FrameRow row) => CommonText.Length(row.Prompt) + CommonText.Length(row.Completion) > MostCharacters;
}
