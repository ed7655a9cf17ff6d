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
        (IReadOnlyList<int> rows, IReadOnlyList<int> lines) = frame.Find((row, _) => IsLong(row));
        if (rows.Count == 0)
            return null;
        return new Remedy("long_examples")
        {
            Finding = Text.Of(
                $"Examples of more than 10,000 characters: {rows.Count}, at line {Shown.Lines(lines)}. For classification and conditional generation some 2,000 tokens are enough, and the model's context sets a limit.",
                $"有 {rows.Count} 个样本超过 10,000 个字符，位于第 {Shown.Lines(lines)} 行。分类和条件生成通常两千个词元就够，并且不能超过模型的上下文。"),
            Rows = rows,
            Lines = lines,
            Recommended = new Fix(Text.Of($"Remove the long examples ({rows.Count})", $"删除 {rows.Count} 个过长的样本"), it => it.Where((row, _) => !IsLong(row))),
        };
    }

    static bool IsLong(FrameRow row) => CommonText.Length(row.Prompt) + CommonText.Length(row.Completion) > MostCharacters;
}
