using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Data.Vectors;
using Hone.Engine;

namespace Hone.Data.Embedding;

/// <summary>The rows of a file, each with the text that is made of its columns.</summary>
public sealed class RowTexts
{
    readonly Template _template;
    readonly string[] _columns;

    /// <param name="text">A column's name, or with <paramref name="isTemplate"/> a text with columns in braces, such as <c>{Summary} {Text}</c>.</param>
    /// <exception cref="HoneException">There is no such column, or the template names none.</exception>
    public RowTexts(SourceFile source, string text, bool isTemplate)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        _template = isTemplate ? Template.Parse(text) : Template.OfColumns([text]);
        _columns = [.. _template.Columns];
        if (_columns.Length == 0)
            throw new HoneException(Text.Of($"The template {text} names no column. Write them in braces: {{{source.Columns[0]}}}.", $"模板 {text} 中没有列。列写在花括号中：{{{source.Columns[0]}}}。"));
        RowMapping.RequireColumns(_columns, ColumnSet.Of(source));
    }

    /// <summary>The texts that the vectors of a file were made of; null where the file does not say it, or lacks those columns now.</summary>
    public static RowTexts? Recorded(SourceFile source, VectorModel? model)
    {
        if (model?.Texts is not { } template)
            return null;
        try
        {
            return new RowTexts(source, template, isTemplate: true);
        }
        catch (HoneException)
        {
            // A column was renamed or left out since: the vectors are as good as before.
            return null;
        }
    }

    /// <summary>The text that the vector of a record was made of; empty where it is not known, or the record lacks those columns.</summary>
    public static string Recorded(JsonElement record, VectorModel? model)
    {
        if (model?.Texts is not { } text)
            return "";
        try
        {
            return Template.Parse(text).Render(record).Trim();
        }
        catch (HoneException)
        {
            return "";
        }
    }

    public SourceFile Source { get; }

    /// <summary>As it was written, or the column in braces.</summary>
    public string Description => _template.Source;

    /// <summary>The column's name, or the template where it is more than a column.</summary>
    public string Name => _columns is [var column] && Description == $"{{{column}}}" ? column : Description;

    /// <summary>The rows from the first one. The text is empty where all its columns are.</summary>
    public IEnumerable<(JsonLine Row, string Text)> Read()
    {
        foreach (JsonLine row in Source.Read())
            yield return (row, TextOf(row.Value));
    }

    /// <summary>The text of a row that was read otherwise.</summary>
    public string TextOf(VectorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return TextOf(row.Fields);
    }

    string TextOf(JsonElement row) => _columns.All(column => string.IsNullOrWhiteSpace(Cells.Text(row, column))) ? "" : _template.Render(row);
}
