using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Engine;

namespace Hone.Data.Quality;

/// <summary>A training file without repeated examples and without those of the validation and test files.</summary>
/// <param name="Kept">The examples that were written.</param>
/// <param name="Repeated">Those left out because they repeat an earlier one, to the letter or nearly so.</param>
/// <param name="Leaked">Those left out because their prompts stand in the validation or test file too.</param>
public sealed record FixedFile(long Kept, int Repeated, int Leaked)
{
    /// <summary>Writes the training lines that remain; the file appears when it is complete.</summary>
    /// <exception cref="HoneException">The file has other rows than when it was judged, or none remains.</exception>
    public static FixedFile Write(string path, QualityFile train, QualityReport report, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(report);
        using JsonLinesWriter writer = new(path);
        int index = 0;
        foreach (MappedRow row in train.Rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            if (!report.Superfluous.Repeated.Contains(index) && !report.Superfluous.Leaked.Contains(index))
                writer.Write(row.Value);
            index++;
        }
        if (index != report.Examples[DataPart.Train])
            throw MappedRows.HaveChanged();
        if (writer.Count == 0)
            throw new HoneException(Text.Of(
                $"{path} would be empty: every training example stands in the validation or test file too. Put the files together with 'hone data merge' and split them again with 'hone data split'.",
                $"{path} 将为空：每个训练样本也都在验证或测试文件中。请用 'hone data merge' 合并后再用 'hone data split' 重新划分。"));
        writer.Keep();
        return new FixedFile(writer.Count, report.Superfluous.Repeated.Count, report.Superfluous.Leaked.Count);
    }
}
