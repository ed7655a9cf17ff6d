using Hone.Data.Analysis.Reports;
using Hone.Data.Embedding;
using Hone.Data.Vectors;

namespace Hone.Cli.Analysis;

/// <summary>A column that every row needs, and what its values must be.</summary>
/// <param name="Require">Refuses values from which nothing can be learned.</param>
sealed record LabelColumn(string Name, Action<IReadOnlyList<string>> Require)
{
    /// <summary>Reads the column of all rows that have a text, before these are embedded.</summary>
    public void Check(RowTexts texts) => Require(EmbeddedTexts.LabelsOf(texts.Read().Where(row => row.Text.Length > 0).Select(row => new VectorRow(row.Row.Line, [], row.Row.Value)), Name, texts.Source.Path));
}
