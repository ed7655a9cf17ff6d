using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Removes the columns that are neither prompt nor completion.</summary>
static class ExtraColumns
{
    public static Remedy? Check(Frame frame)
    {
        string[] extra = [.. frame.Columns.Where(column => column is not (Frame.Prompt or Frame.Completion))];
        if (extra.Length == 0)
            return null;
        string list = string.Join(Text.Of(", ", "、"), extra.Select(Shown.Quoted));
        return new Remedy("additional_column")
        {
            Finding = Text.Of($"There should be two columns, prompt and completion. These are more: {list}.", $"应只有 prompt 和 completion 两列。多出的列：{list}。") + Alike(extra),
            Necessary = new Fix(Text.Of($"Remove the columns {list}", $"删除列 {list}"), it => it with { Columns = [Frame.Prompt, Frame.Completion] }),
        };
    }

    /// <summary>A word about names such as <c>Prompt</c> or <c>prompt.1</c>, whose content may have been meant.</summary>
    static string Alike(string[] extra)
    {
        string[] alike = [.. extra.Where(column => column.Contains(Frame.Prompt, StringComparison.OrdinalIgnoreCase) || column.Contains(Frame.Completion, StringComparison.OrdinalIgnoreCase))];
        if (alike.Length == 0)
            return "";
        string list = string.Join(Text.Of(", ", "、"), alike.Select(Shown.Quoted));
        return Text.Of($" Their names come close to the right ones: {list}. What they hold is not used.", $"其中名称相近的有 {list}，其内容不会被使用。");
    }
}
