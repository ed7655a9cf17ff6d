using Hone.Engine;

namespace Hone.Data.Prepare.Guides;

/// <summary>Says which rows have an empty prompt where others have one. The former command took them without a word, and so they are left as they are.</summary>
static class EmptyPrompts
{
    public static Remedy? Check(Frame frame)
    {
        (IReadOnlyList<int> rows, IReadOnlyList<int> lines) = frame.Find((row, _) => string.IsNullOrWhiteSpace(row.Prompt));
        if (rows.Count == 0 || TaskKinds.Of(frame) == TaskKind.OpenEnded)
            return null;
        return new Remedy("empty_prompt")
        {
            Finding = Text.Of(
                $"Empty prompts: {rows.Count}, at line {Shown.Lines(lines)}. They teach the model to write these completions out of nothing: fill them in, or take the rows out.",
                $"有 {rows.Count} 个提示为空，位于第 {Shown.Lines(lines)} 行。模型会学到凭空写出这些补全：请补上提示，或删除这些行。"),
            Rows = rows,
            Lines = lines,
        };
    }
}
