using Hone.Data.Checks;
using Hone.Data.Formats;
using Hone.Data.Quality.Duplicates;

namespace Hone.Data.Quality;

/// <summary>The score card of a data set.</summary>
/// <param name="Examples">Of each file.</param>
/// <param name="Scores">Of each area, from 0 to 100.</param>
/// <param name="Findings">The worst first: errors before warnings, then by what they cost.</param>
/// <param name="Figures">What is worth knowing even where nothing is wrong.</param>
public sealed record QualityReport(
    IReadOnlyDictionary<DataPart, int> Examples,
    IReadOnlyDictionary<QualityArea, int> Scores,
    IReadOnlyList<QualityFinding> Findings,
    IReadOnlyList<QualityFigure> Figures
)
{
    /// <summary>What a better training file would not have.</summary>
    internal SuperfluousRows Superfluous { get; init; } = new(new RowSet(0), new RowSet(0));

    /// <summary>The classes of the training file, the largest first; none where the answers are no classes.</summary>
    public IReadOnlyList<ClassSummary> Classes { get; init; } = [];

    /// <summary>Characters of a prompt.</summary>
    public Distribution? PromptLengths { get; init; }

    /// <summary>Characters of an answer.</summary>
    public Distribution? AnswerLengths { get; init; }

    /// <summary>The lowest score of an area: a data set is as good as its weakest side.</summary>
    public int Score => Scores.Values.Min();

    public bool IsUsable => Findings.All(finding => finding.Severity != Severity.Error);
}
