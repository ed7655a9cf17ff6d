using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>Requires a column; a name that differs in case only is changed.</summary>
static class NecessaryColumn
{
    public static Remedy? Check(Frame frame, string name)
    {
        string found = Frame.ColumnFor(name, frame.Columns) ?? throw new HoneException(Text.Of(
            $"The column `{name}` is missing; the file has {List(frame.Columns)}. Name the columns `prompt` and `completion`, or say how to make them: --prompt \"{{column}}\" --completion \"{{column}}\".",
            $"缺少列 `{name}`；文件的列为 {List(frame.Columns)}。请把列命名为 `prompt` 和 `completion`，或说明如何得到它们：--prompt \"{{列名}}\" --completion \"{{列名}}\"。"));
        if (found == name)
            return null;
        return new Remedy("necessary_column")
        {
            Finding = Text.Of($"The column `{found}` should be written in lower case.", $"列名 `{found}` 应为小写。"),
            Necessary = new Fix(
                Text.Of($"Call the column `{found}` `{name}`", $"把列 `{found}` 改名为 `{name}`"),
                it => it with { Columns = [.. it.Columns.Select(column => column == found ? name : column)] }
            ),
        };
    }

    static string List(IReadOnlyList<string> columns) =>
        columns.Count == 0 ? Text.Of("none", "（无）") : string.Join(Text.Of(", ", "、"), columns.Select(Shown.Quoted));
}
