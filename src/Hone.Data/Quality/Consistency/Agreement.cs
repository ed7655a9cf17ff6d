using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>Where a file has the labels of several annotators: how far they agree beyond chance.</summary>
sealed partial class Agreement(IReadOnlyList<string> given) : QualityCheck
{
    const int MostValues = 200;
    const int MostAnnotators = 20;

    // Krippendorff (2004, p. 241): conclusions from 0.8, tentative ones from 0.667.
    const double Reliable = 0.8;
    const double Tentative = 0.667;

    readonly PlaceList _split = new();
    string[] _annotators = [.. given];
    AgreementCounts _counts = new(given.Count);
    bool _isSearching = given.Count == 0;
    int _rows;

    public override void Learn(QualityRow row)
    {
        if (row.Part != DataPart.Train)
            return;
        if (_isSearching)
            Recognise(row.Source);
        if (_annotators.Length < 2 || _counts.Values > MostValues)
            return;

        JsonElement source = row.Source;
        string?[] unit = [.. _annotators.Select(annotator => ValueOf(source, annotator))];
        _rows++;
        _counts.Add(unit);
        if (IsSplit(unit))
            _split.Add(row, string.Join(" | ", unit.Select((value, i) => $"{_annotators[i]}: {value ?? "–"}")));
    }

    public override void EndLearning()
    {
        if (given.Count > 0 && _counts.Units == 0)
            throw new HoneException(Text.Of(
                $"No line has values in two of the columns {string.Join(", ", given)}. Name the columns of the annotators as the file does.",
                $"没有一行在列 {string.Join("、", given)} 中有两个以上的值。请按文件中的列名给出标注者的列。"));
        if (given.Count > 0 && _counts.Values > MostValues)
            throw new HoneException(Text.Of(
                $"The columns {string.Join(", ", given)} hold more than {MostValues} different values: these are no labels. Name the columns of the annotators.",
                $"列 {string.Join("、", given)} 中有超过 {MostValues} 个不同的值，不是标签。请给出标注者的列。"));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        if (!IsKnown || Alpha(Measurement) is not { } alpha || alpha >= Reliable)
            yield break;
        yield return new QualityFinding(
            "low_agreement",
            QualityArea.Consistency,
            Text.Of(
                Invariant($"The {_annotators.Length} annotators agree little beyond chance: Krippendorff's alpha is {alpha:0.000} (0.8 is reliable, from 0.667 on it allows tentative conclusions)."),
                Invariant($"{_annotators.Length} 位标注者的一致程度不高：Krippendorff alpha 为 {alpha:0.000}（0.8 以上可靠，0.667 以上可作初步结论）。")),
            Text.Of(
                "Write down how doubtful cases are to be labelled, label the split examples again together, and leave out what stays split: a model cannot agree with people who do not agree.",
                "请写明疑难情形的标注规则，一起重新标注有分歧的样本，仍有分歧的不要用于训练：人都不一致，模型也无法一致。")
        )
        {
            Examples = _split.Count,
            Of = _rows,
            Weight = alpha < Tentative ? 70 : 30,
            Places = _split.First,
        };
    }

    public override IEnumerable<QualityFigure> Describe()
    {
        if (!IsKnown)
            yield break;
        yield return Figure("krippendorff_alpha_nominal", "Krippendorff alpha (nominal)", Alpha(Measurement.Nominal));
        if (_counts.AreNumbers)
        {
            yield return Figure("krippendorff_alpha_ordinal", "Krippendorff alpha (ordinal)", Alpha(Measurement.Ordinal));
            yield return Figure("krippendorff_alpha_interval", "Krippendorff alpha (interval)", Alpha(Measurement.Interval));
        }
        if (_counts.CompleteUnits > 0)
            yield return Figure("fleiss_kappa", "Fleiss kappa", _counts.FleissKappa());
        for (int i = 0; i < _annotators.Length; i++)
            for (int j = i + 1; j < _annotators.Length; j++)
                yield return Figure($"cohen_kappa.{_annotators[i]}.{_annotators[j]}", $"Cohen kappa ({_annotators[i]}, {_annotators[j]})", _counts.CohenKappa(i, j));
    }

    bool IsKnown => _annotators.Length >= 2 && _counts.Units > 0 && _counts.Values <= MostValues;

    /// <summary>Numbers of which there are more than two are ranks at least; all else are names.</summary>
    Measurement Measurement => _counts.AreNumbers && _counts.Values > 2 ? Measurement.Ordinal : Measurement.Nominal;

    double? Alpha(Measurement measurement) => _counts.KrippendorffAlpha(measurement);

    static QualityFigure Figure(string code, string name, double? value) => new(code, name, value, value is { } number ? Invariant($"{number:0.000}") : "–");

    /// <summary>Columns such as label_1 and label_2, annotator_a and annotator_b, 标注1 and 标注2, where the first row has two of the same name.</summary>
    void Recognise(JsonElement row)
    {
        _isSearching = false;
        string[]? found = row.EnumerateObject()
            .Select(column => column.Name)
            .Where(name => AnnotatorColumn().IsMatch(name))
            .GroupBy(name => AnnotatorColumn().Match(name).Groups["stem"].Value)
            .Select(group => group.ToArray())
            .FirstOrDefault(group => group.Length is >= 2 and <= MostAnnotators);
        if (found is not null)
            (_annotators, _counts) = (found, new AgreementCounts(found.Length));
    }

    /// <summary>No value has more than half of the votes.</summary>
    static bool IsSplit(string?[] unit)
    {
        string[] said = [.. unit.OfType<string>()];
        return said.Length >= 2 && said.GroupBy(value => value).Max(group => group.Count()) * 2 <= said.Length;
    }

    static string? ValueOf(JsonElement row, string column)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(column, out JsonElement value))
            return null;
        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
        return text is "" ? null : text;
    }

    [GeneratedRegex(@"^(?<stem>label|rating|score|annotator|annotation|rater|coder|judge|标签|标注|标注员|标注者|评分|评分员)[_\- ]?([0-9]{1,2}|[a-zA-Z])$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnnotatorColumn();
}
