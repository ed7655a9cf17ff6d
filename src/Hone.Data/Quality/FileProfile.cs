namespace Hone.Data.Quality;

/// <summary>What several checks need to know about the files: learnt in the first pass.</summary>
sealed class FileProfile
{
    readonly int[] _rows = new int[Enum.GetValues<DataPart>().Length];

    public AnswerLabels Labels { get; } = new();

    /// <summary>The rows of all files.</summary>
    public int Rows => _rows.Sum();

    public int RowsOf(DataPart part) => _rows[(int)part];

    public void Learn(QualityRow row)
    {
        _rows[(int)row.Part]++;
        Labels.Add(row.Part, row.Sample.Answer);
    }

    public void EndLearning() => Labels.EndLearning();

    /// <summary>The files follow one another: training, validation, test.</summary>
    public DataPart PartOf(int index) => index < RowsOf(DataPart.Train) ? DataPart.Train : index < RowsOf(DataPart.Train) + RowsOf(DataPart.Valid) ? DataPart.Valid : DataPart.Test;
}
