using Hone.Data.Formats;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Mapping;

/// <summary>Tables without a header, and plain text, whose columns have no names to go by: their values tell.</summary>
static class UnnamedShapes
{
    const int LongestLabel = 40;
    const int MostWords = 3;

    public static RowShape? Of(ColumnSet columns)
    {
        if (columns.Names is [TextRows.Column])
            return new TemplateShape(Text.Of("text to go on with, without a prompt", "没有提示的连续文本"), null, Template.OfColumns([TextRows.Column]), DatasetKind.Completion);
        if (columns.Names is not ["column1", "column2"])
            return null;

        bool isFirstLabel = IsLabel(columns, "column1");
        bool isSecondLabel = IsLabel(columns, "column2");
        (string prompt, string answer) = isFirstLabel && !isSecondLabel ? ("column2", "column1") : ("column1", "column2");
        string name = isFirstLabel != isSecondLabel ? Text.Of("text and label, by their values", "文本与标签（按取值判断）") : Text.Of("question and answer, by their order", "问题与答案（按先后判断）");
        return new TemplateShape(name, Template.OfColumns([prompt]), Template.OfColumns([answer]), DatasetKind.Chat);
    }

    /// <summary>A few words that are no sentence, of which each occurs several times.</summary>
    static bool IsLabel(ColumnSet columns, string column)
    {
        string[] values = [.. columns.Sample.Select(row => Cells.Text(row.Value, column))];
        return values.Length > 1 && values.All(IsShort) && values.Distinct(StringComparer.Ordinal).Count() * 3 <= values.Length;
    }

    static bool IsShort(string value) => value.Length <= LongestLabel && value.Count(c => c == ' ') < MostWords && !value.Any(c => c is '.' or '!' or '?' or '。' or '！' or '？');
}
