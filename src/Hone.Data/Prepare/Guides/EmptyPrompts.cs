using Hone.Engine;

namespace Hone.Data.Prepare.Guides;

/// <summary>Says which rows have an empty prompt where others have one. The former command took them without a word, and so they are left as they are.</summary>
static class EmptyPrompts
{
    public static Remedy? Check(Frame frame)
    {
        int[] rows = [.. Enumerable.Range(0, frame.Rows.Count).Where(i => string.IsNullOrWhiteSpace(frame.Rows[i].Prompt))];
        if (rows.Length == 0 || TaskKinds.Of(frame) == TaskKind.OpenEnded)
            return null;
        int[] lines = [.. rows.Select(i => frame.Rows[i].Line)];
        return new Remedy("empty_prompt")
        {
            Finding = Text.Of(
                $"Empty prompts: {rows.Length}, at line {Shown.Lines(lines)}. They teach the model to write these completions out of nothing: fill them in, or take the rows out.",
                $"有 {rows.Length} 个提示为空，位于第 {Shown.Lines(lines)} 行。模型会学到凭空写出这些补全：请补上提示，或删除这些行。"),
            Rows = rows,
            Lines = lines,
        };
    }
}
