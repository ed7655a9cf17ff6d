using Hone.Data.Checks;
using Hone.Data.Mapping;
using Hone.Data.Quality.Balance;
using Hone.Data.Quality.Duplicates;
using Hone.Data.Quality.Similarity;
using Hone.Engine;

namespace Hone.Data.Quality;

/// <summary>
/// Looks at what a data set would teach. Every file is read twice, and once more up to the last place that is shown. Memory: some 130 MB, and up to 40 bytes for each example, besides temporary files of
/// some hundred bytes for each and of the texts that may repeat others.
/// </summary>
public sealed class DataQuality
{
    const int FullMarks = 100;
    const int RowsAtOnce = 512;
    const int CharactersAtOnce = 1 << 20;

    readonly IReadOnlyList<QualityFile> _files;
    readonly Action<int, int>? _onJudged;
    readonly CancellationToken _cancel;
    readonly FileProfile _profile = new();
    bool _isAgain;

    DataQuality(IReadOnlyList<QualityFile> files, Action<int, int>? onJudged, CancellationToken cancel) => (_files, _onJudged, _cancel) = ([.. files.OrderBy(file => file.Part)], onJudged, cancel);

    /// <param name="files">One training file, and one of each other part at most.</param>
    /// <param name="onJudged">Is told in the second pass how many rows were judged, and of how many.</param>
    /// <exception cref="HoneException">A row cannot be read, or there is none.</exception>
    public static QualityReport Run(IReadOnlyList<QualityFile> files, QualityOptions options, Action<int, int>? onJudged = null, CancellationToken cancel = default)
    {
        DataQuality run = new(files, onJudged, cancel);
        return run.Run(options);
    }

    QualityReport Run(QualityOptions options)
    {
        using RepeatedPrompts repeated = new(Shingles.Learn(Samples(_files[0]).Where(sample => !string.IsNullOrWhiteSpace(sample.Prompt)).Select(sample => sample.Prompt)), options.Similarity);
        QualityAdvice advice = new(_files, options.CommandOptions, _profile, repeated);
        IReadOnlyList<QualityCheck> checks = QualityChecks.Create(options, _profile, repeated, advice, _cancel);
        try
        {
            Judge(checks, repeated);
            return Conclude(checks, advice.Superfluous);
        }
        finally
        {
            foreach (IDisposable check in checks.OfType<IDisposable>())
                check.Dispose();
        }
    }

    /// <summary>Shows all rows to the checks, twice.</summary>
    void Judge(IReadOnlyList<QualityCheck> checks, RepeatedPrompts repeated)
    {
        Pass([_profile.Learn, row => repeated.Learn(row.Sample), .. checks.Select<QualityCheck, Action<QualityRow>>(check => check.Learn)]);
        _isAgain = true;
        RequireRows();
        _profile.EndLearning();
        repeated.EndLearning();
        foreach (QualityCheck check in checks)
            check.EndLearning();

        Pass([row => repeated.Judge(row.Sample), .. checks.Select<QualityCheck, Action<QualityRow>>(check => check.Judge)]);
        repeated.EndJudging();
    }

    QualityReport Conclude(IReadOnlyList<QualityCheck> checks, SuperfluousRows superfluous)
    {
        IEnumerable<QualityFinding> found = checks.SelectMany(check => check.Conclude()).OrderBy(finding => finding.Severity).ThenByDescending(finding => finding.Penalty).ThenBy(finding => finding.Code, StringComparer.Ordinal);
        QualityFinding[] findings = WithPlaces(WithDeductions(found));
        Dictionary<QualityArea, int> scores = Enum.GetValues<QualityArea>().ToDictionary(area => area, area => FullMarks - findings.Where(finding => finding.Area == area).Sum(finding => finding.Deduction));
        Dictionary<DataPart, int> examples = _files.ToDictionary(file => file.Part, file => _profile.RowsOf(file.Part));
        return new QualityReport(examples, scores, findings, [.. checks.SelectMany(check => check.Describe())])
        {
            Superfluous = superfluous,
            Classes = [.. _profile.Labels.Classes.Select(one => new ClassSummary(one.Name, one.Count, Tokens: null))],
            PromptLengths = checks.OfType<Lengths>().Single().PromptLengths,
            AnswerLengths = checks.OfType<Lengths>().Single().AnswerLengths,
        };
    }

    /// <summary>Shares the points of each area out, the worst finding first, so that what is shown adds up.</summary>
    static QualityFinding[] WithDeductions(IEnumerable<QualityFinding> findings)
    {
        Dictionary<QualityArea, int> left = Enum.GetValues<QualityArea>().ToDictionary(area => area, _ => FullMarks);
        List<QualityFinding> priced = [];
        foreach (QualityFinding finding in findings)
        {
            int points = Math.Min(left[finding.Area], Math.Max(1, (int)Math.Round(finding.Penalty)));
            left[finding.Area] -= points;
            priced.Add(finding with { Deduction = points });
        }
        return [.. priced];
    }

    /// <summary>Shows every row to every action in order; the actions work side by side.</summary>
    void Pass(IReadOnlyList<Action<QualityRow>> actions)
    {
        foreach (List<QualityRow> rows in Batches())
        {
            _cancel.ThrowIfCancellationRequested();
            Workers.For(actions.Count, i => rows.ForEach(actions[i]));
            // What a batch leaves is garbage, which the runtime would let pile up on machines with a large cache: 132 MB at the peak of a small file in place of 226 MB, at no measurable cost.
            GC.Collect(1);
            if (_isAgain)
                _onJudged?.Invoke(rows[^1].Index + 1, _profile.Rows);
        }
    }

    IEnumerable<List<QualityRow>> Batches()
    {
        List<QualityRow> batch = [];
        int characters = 0;
        foreach (QualityRow row in Rows())
        {
            batch.Add(row);
            characters += row.Sample.Prompt.Length + row.Sample.Answer.Length;
            if (batch.Count < RowsAtOnce && characters < CharactersAtOnce)
                continue;
            yield return batch;
            (batch, characters) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    IEnumerable<QualityRow> Rows()
    {
        int index = 0;
        foreach (QualityFile file in _files)
            foreach (MappedRow row in file.Rows.Read())
                yield return _isAgain && index == _profile.Rows ? throw MappedRows.HaveChanged() : new QualityRow(index++, file.Part, row.ToSample(), row.Source.Value);
        if (_isAgain && index < _profile.Rows)
            throw MappedRows.HaveChanged();
    }

    static IEnumerable<Sample> Samples(QualityFile file) => file.Rows.Read().Select(row => row.ToSample());

    void RequireRows()
    {
        foreach (QualityFile file in _files)
            if (_profile.RowsOf(file.Part) == 0)
                throw new HoneException(Text.Of($"{file.Path} has no examples. Write one example per line.", $"{file.Path} 中没有样本。请每行写一个样本。"));
    }

    /// <summary>Reads the rows again that findings name, for their words.</summary>
    QualityFinding[] WithPlaces(QualityFinding[] findings)
    {
        HashSet<int> wanted = [.. findings.SelectMany(finding => finding.Rows)];
        int last = wanted.DefaultIfEmpty(-1).Max();
        Dictionary<int, QualityPlace> places = Rows().Take(last + 1).Where(row => wanted.Contains(row.Index)).ToDictionary(row => row.Index, row => new QualityPlace(row.Part, row.Sample.Line, Excerpt.Of(row.Sample)));
        return [.. findings.Select(finding => finding.Rows.Count == 0 ? finding : finding with { Places = [.. finding.Rows.Select(row => places[row])] })];
    }
}
