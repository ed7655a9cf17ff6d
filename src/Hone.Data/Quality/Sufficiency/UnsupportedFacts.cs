using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Sufficiency;

/// <summary>Answers that state facts which neither the prompt holds nor other answers repeat: a model cannot know them, and learns to make such things up.</summary>
sealed class UnsupportedFacts(FileProfile profile) : QualityCheck
{
    const int FewestFacts = 2;
    const int ShownFacts = 4;

    // A fact of that many answers is common knowledge of the task.
    const int FewestCommonRows = 3;
    const double CommonShare = 0.005;

    // Beyond this share it is what the file teaches, not a slip of some examples.
    const double TeachingShare = 0.2;

    // So short an answer says one thing: a single fact is all of it.
    const int ShortAnswer = 80;

    readonly RowCounts _counts = new();
    readonly PlaceList _unsupported = new();
    readonly PlaceList _withShort = new();
    int _rows;

    public override void Learn(QualityRow row)
    {
        if (row.Part == DataPart.Train)
            foreach (string fact in Facts.Of(row.Sample.Answer).All)
                _counts.Add(fact.ToLowerInvariant());
    }

    public override void Judge(QualityRow row)
    {
        // An open-ended text has no prompt to hold anything.
        if (row.Part != DataPart.Train || profile.Labels.AreClasses || string.IsNullOrWhiteSpace(row.Sample.Prompt))
            return;
        _rows++;
        Facts facts = Facts.Of(row.Sample.Answer);
        bool isShort = row.Sample.Answer.Length <= ShortAnswer;
        if (facts.Count < (isShort ? 1 : FewestFacts))
            return;
        FactSource source = new(row.Sample);
        Facts unsupported = facts.Where(fact => !IsCommon(fact) && !source.Holds(fact));
        if (unsupported.Count == 0 || unsupported.Count * 2 < facts.Count)
            return;
        string place = $"{string.Join(", ", unsupported.All.Take(ShownFacts))} ← {row.Sample.Prompt}";
        if (unsupported.Count >= FewestFacts)
            _unsupported.Add(row, place);
        if (unsupported.Count >= FewestFacts || isShort)
            _withShort.Add(row, place);
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        // One short answer may round a number or name what everybody knows; a file of them teaches facts.
        bool isTeaching = _withShort.Count > TeachingShare * _rows;
        PlaceList found = isTeaching ? _withShort : _unsupported;
        if (found.Count == 0)
            yield break;
        double share = (double)found.Count / _rows;
        yield return new QualityFinding(
            isTeaching ? "facts_without_source" : "unsupported_answers",
            QualityArea.Sufficiency,
            Text.Of(
                Invariant($"Answers with facts (numbers, names, rare words) that their prompts do not hold: {found.Count:N0} of {_rows:N0} ({share * 100:0} %)."),
                Invariant($"{_rows:N0} 个回答中有 {found.Count:N0} 个（{share * 100:0} %）含有提示中没有的事实（数字、名称、生僻词）。")),
            isTeaching
                ? Text.Of(
                    "Put the passage that holds the facts into the prompt, here and in use (retrieval). Fine-tuning teaches a manner, not knowledge: a model trained on facts that it does not know learns to make facts up. What every model knows may stay.",
                    "请把含有这些事实的资料放进提示，训练和使用时都这样做（检索增强）：微调教的是方式而不是知识：用模型不知道的事实训练，它学到的是编造。模型本来就知道的常识可以保留。")
                : Text.Of("Look at them: the facts may be wrong or come from elsewhere. Put their source into the prompt, or take them out of the answer.", "请逐一查看：这些事实可能有误或另有出处。请把出处放进提示，或从回答中删去。")
        )
        {
            Examples = found.Count,
            Of = _rows,
            Weight = isTeaching ? 40 : 25,
            Places = found.First,
        };
    }

    bool IsCommon(string fact) => _counts.Of(fact.ToLowerInvariant()) >= Math.Max(FewestCommonRows, profile.RowsOf(DataPart.Train) * CommonShare);
}
