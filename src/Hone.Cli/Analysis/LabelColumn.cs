using Hone.Data.Analysis.Reports;

namespace Hone.Cli.Analysis;

/// <summary>The column of a file that says what kind a row is.</summary>
static class LabelColumn
{
    /// <summary>The label of each row.</summary>
    /// <exception cref="HoneException">There is no such column, or a row has no label.</exception>
    public static string[] Of(EmbeddedTexts texts, string column, string path)
    {
        string[] names = [.. texts.Rows.SelectMany(row => row.Fields.EnumerateObject().Select(field => field.Name)).Distinct()];
        if (!names.Contains(column))
            throw new HoneException(names.Length == 0
                ? Text.Of($"{path} holds vectors alone, and no column {column}. Give a file with labels.", $"{path} 只含向量，没有列 {column}。请提供带标签的文件。")
                : Text.Of($"{path} has no column {column}. It has: {string.Join(", ", names)}.", $"{path} 没有列 {column}。现有：{string.Join("、", names)}。"));
        string[] labels = [.. texts.Rows.Select(row => row.Text(column))];
        int empty = Array.FindIndex(labels, string.IsNullOrWhiteSpace);
        return empty < 0 ? labels : throw new HoneException(Text.Of($"{path}, line {texts.Rows[empty].Line}: the column {column} is empty. Give a label, or remove the row.", $"{path} 第 {texts.Rows[empty].Line} 行：列 {column} 为空。请给出标签，或删除该行。"));
    }
}
