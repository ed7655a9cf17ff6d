using System.Text.Json;
using Hone.Data.Checks.Reports;
using Hone.Data.Deduplication;
using Hone.Data.Formats;
using Hone.Data.Pairs;
using Hone.Data.Quality;
using Hone.Data.Quality.Similarity;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Checks;

/// <summary>Checks a file of pairs of texts, from which encoders learn, as <see cref="DatasetCheck"/> checks training lines. Memory holds two numbers for each pair, by which repeated ones are known.</summary>
sealed class PairCheck
{
    readonly string _path;
    readonly PairKind _kind;
    readonly CheckOptions _options;
    readonly FindingTally _findings;
    readonly Dictionary<string, Histogram> _characters = [];
    readonly Histogram _tokens = new();
    readonly HashSet<ulong> _seenTexts = [];
    readonly HashSet<ulong> _seenRows = [];
    Finding? _firstRefusal;
    long _examples, _withErrors, _withNegatives;
    (int Tokens, int Line) _longest;
    (double Least, double Sum, double Greatest, long Count) _scores = (double.PositiveInfinity, 0, double.NegativeInfinity, 0);

    PairCheck(string path, PairKind kind, CheckOptions options) => (_path, _kind, _options, _findings) = (path, kind, options, new FindingTally(options.Shown));

    /// <param name="progress">Gets the bytes that are done.</param>
    /// <exception cref="HoneException">The file cannot be read at all.</exception>
    public static CheckReport Run(string path, PairKind kind, CheckOptions options, Action<long>? progress, CancellationToken cancel)
    {
        PairCheck check = new(path, kind, options);
        foreach (LineBlock block in LineBlock.Read(path))
        {
            using (block)
                foreach (LineSpan line in block.Lines)
                {
                    cancel.ThrowIfCancellationRequested();
                    check.Add(block, line);
                }
            progress?.Invoke(block.End);
        }
        return check.Report();
    }

    void Add(LineBlock block, LineSpan line)
    {
        LineReport report = new(line.Example, line.Line, _findings.Add);
        using JsonDocument? document = JsonLines.Parse(block, line, report);
        if (document is not null && _kind == PairKind.Scored)
            Add(PairReader.ScoredOf(document.RootElement, report), document.RootElement, report);
        else if (document is not null)
            Add(PairReader.PairOf(document.RootElement, report), document.RootElement, report);
        _firstRefusal ??= report.FirstError;
        _examples++;
        if (!report.HasErrors)
            return;
        _withErrors++;
        _options.OnRefused?.Invoke(line.Example);
    }

    void Add(ScoredTexts? pair, JsonElement row, LineReport report)
    {
        if (pair is null || !Fits([("sentence1", pair.First), ("sentence2", pair.Second)], report))
            return;
        _scores = (Math.Min(_scores.Least, pair.Score), _scores.Sum + pair.Score, Math.Max(_scores.Greatest, pair.Score), _scores.Count + 1);
        LookForRepeats([pair.First, pair.Second], row, report);
    }

    void Add(TextPair? pair, JsonElement row, LineReport report)
    {
        if (pair is null || !Fits([("anchor", pair.Anchor), ("positive", pair.Positive), .. pair.Negatives.Select(text => ("negative", text))], report))
            return;
        if (pair.Negatives.Count > 0)
            _withNegatives++;
        LookForRepeats([pair.Anchor, pair.Positive, .. pair.Negatives], row, report);
        if (pair.Anchor.Trim() == pair.Positive.Trim())
            Warn(
                FindingCodes.SameTexts, report, "positive",
                Text.Of("anchor and positive are the same text", "anchor 与 positive 是同一文本"),
                Text.Of("remove the pair: there is nothing to learn from it", "请删除该文本对：从中学不到东西"));
        if (pair.Negatives.Any(text => text.Trim() == pair.Positive.Trim() || text.Trim() == pair.Anchor.Trim()))
            Warn(
                FindingCodes.ContradictingNegative, report, "negative",
                Text.Of("a negative is the positive, or the anchor itself", "某个 negative 就是 positive 或 anchor 本身"),
                Text.Of("give another text, one that only looks as if it belonged to the anchor", "请换成只是看似与 anchor 匹配的文本"));
    }

    /// <summary>Measures the texts; false when one is too long for the model.</summary>
    bool Fits((string Field, string Text)[] texts, LineReport report)
    {
        if (_options.Encoder is { } encoder)
        {
            int all = 0;
            foreach ((string field, string text) in texts)
            {
                int tokens = encoder.Model.EncodeWhole(text).Length;
                all += tokens;
                if (tokens > encoder.Limits.ContextTokens)
                    report.Add(new Finding(
                        FindingCodes.ExampleTooLong, report.Example, report.Line, field,
                        Text.Of(Invariant($"the text has {tokens:N0} tokens, more than the model's context of {encoder.Limits.ContextTokens:N0}"), Invariant($"文本有 {tokens:N0} 个词元，超过模型的上下文 {encoder.Limits.ContextTokens:N0}")),
                        CheckTally.TooLongFix));
                else if (tokens > _longest.Tokens)
                    _longest = (tokens, report.Line);
            }
            if (report.HasErrors)
                return false;
            _tokens.Add(all);
        }
        foreach ((string field, string text) in texts)
        {
            if (!_characters.TryGetValue(field, out Histogram? lengths))
                _characters.Add(field, lengths = new Histogram());
            lengths.Add(text.Length);
        }
        return true;
    }

    /// <param name="row">The pair as it is written: <c>hone data dedupe</c> removes what is repeated in all of it.</param>
    void LookForRepeats(string[] texts, JsonElement row, LineReport report)
    {
        bool isRepeatedRow = !_seenRows.Add(RowHash.Of(row));
        if (_seenTexts.Add(texts.Aggregate(0ul, (hash, text) => NormalText.Mix(hash + NormalText.Hash(text.AsSpan().Trim())))))
            return;
        string dedupe = $"hone data dedupe {ShellWord.Of(_path)} --as-is";
        if (isRepeatedRow)
            Warn(
                FindingCodes.RepeatedPair, report, null,
                Text.Of("the same pair stands in an earlier line", "相同的文本对已在前面的行中出现"),
                Text.Of($"{dedupe} removes such lines", $"{dedupe} 可删除这样的行"));
        else
            Warn(
                FindingCodes.RepeatedPair, report, null,
                _kind == PairKind.Scored
                    ? Text.Of("the same texts stand in an earlier line with another score, or other spaces", "相同的文本已在前面的行中出现，但分数或空格不同")
                    : Text.Of("the same texts stand in an earlier line with other spaces", "相同的文本已在前面的行中出现，但空格不同"),
                Text.Of("decide for one of them and remove the other by hand, because hone data dedupe removes only lines that are equal in all", "请保留其一并手动删除另一行：hone data dedupe 只删除完全相同的行"));
    }

    static void Warn(string code, LineReport report, string? field, string what, string fix) =>
        report.Add(new Finding(code, report.Example, report.Line, field, what, fix) { Severity = Severity.Warning });

    CheckReport Report()
    {
        DatasetCheck.LookAtSize(_findings, _examples, _tokens.Total, _options.Encoder?.Limits, _options);
        if (_scores is { Count: > 1 } && _scores.Least == _scores.Greatest)
            _findings.Add(PairData.EqualScores(_scores.Least));
        IReadOnlyList<FindingGroup> findings = _findings.ToGroups();
        return new CheckReport
        {
            File = Path.GetFileName(_path),
            Bytes = new FileInfo(_path).Length,
            Kind = null,
            Pairs = new PairSummary(
                _kind, _examples - _withErrors, _withNegatives,
                [.. _characters.Select(one => new TextLengths(one.Key, one.Value.Summarise()!))],
                _scores.Count == 0 ? null : new ScoreSummary(_scores.Least, _scores.Sum / _scores.Count, _scores.Greatest)),
            Examples = _examples,
            ExamplesWithErrors = _withErrors,
            Errors = findings.Where(group => group.Severity == Severity.Error).Sum(group => group.Count),
            Warnings = findings.Where(group => group.Severity == Severity.Warning).Sum(group => group.Count),
            Findings = findings,
            MissingSystem = 0,
            MissingUser = 0,
            Model = _options.Encoder is { } encoder && _tokens.Summarise() is { } total ? new ModelSummary(encoder.Name, encoder.Limits.ContextTokens, total, null, _longest.Tokens, _longest.Line) : null,
            Epochs = DatasetCheck.Epochs(_examples, _options),
            Problem = _firstRefusal?.Message,
        };
    }
}
