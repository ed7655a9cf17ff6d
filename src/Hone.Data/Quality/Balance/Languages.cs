using System.Text.RegularExpressions;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Balance;

/// <summary>Answers in another language than their prompts, and files with a little of a second language.</summary>
sealed partial class Languages(FileProfile profile) : QualityCheck
{
    // Shorter answers are names, numbers and codes, which belong to no language.
    const int ShortestAnswer = 12;
    const double FewShare = 0.1;

    readonly Dictionary<Script, PlaceList> _prompts = [];
    readonly PlaceList _differing = new();
    int _comparable;

    public override void Judge(QualityRow row)
    {
        Script prompt = Scripts.Of(row.Sample.Prompt);
        if (!_prompts.TryGetValue(prompt, out PlaceList? places))
            _prompts[prompt] = places = new PlaceList();
        places.Add(row, row.Sample.Prompt);

        if (profile.Labels.AreClasses || row.Sample.Answer.Length < ShortestAnswer)
            return;
        Script answer = Scripts.Of(Prose.Of(row.Sample.Answer));
        if (!IsOneLanguage(prompt) || !IsOneLanguage(answer))
            return;
        _comparable++;
        if (prompt != answer && !AsksForLanguage().IsMatch(row.Sample.Prompt) && !AsksForLanguage().IsMatch(row.Sample.Instructions))
            _differing.Add(row);
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        // Where most answers change the language, that is the task.
        if (_differing.Count > 0 && _differing.Count * 2 < _comparable)
            yield return new QualityFinding(
                "answer_in_other_language",
                QualityArea.Balance,
                Text.Of(
                    Invariant($"Answers in another language than their prompts, which do not ask for it: {_differing.Count:N0} of {_comparable:N0}."),
                    Invariant($"{_comparable:N0} 个回答中有 {_differing.Count:N0} 个与提示的语言不同，而提示并未要求。")),
                Text.Of("Translate these answers or remove the examples, or the model will change the language now and then.", "请翻译这些回答或删除样本，否则模型会时不时换语言。")
            )
            {
                Examples = _differing.Count,
                Of = _comparable,
                Weight = 60,
                Places = _differing.First,
            };

        foreach (Script rare in _prompts.Keys.Where(script => script is Script.Chinese or Script.English or Script.Other && IsRare(_prompts[script].Count)).Order())
            yield return new QualityFinding(
                "rare_language",
                QualityArea.Balance,
                Text.Of(
                    Invariant($"Prompts in {Name(rare)}: {_prompts[rare].Count:N0} of {profile.Rows:N0}; the others are not."),
                    Invariant($"{profile.Rows:N0} 个提示中只有 {_prompts[rare].Count:N0} 个是{Name(rare)}。")),
                Text.Of("If the model is to answer in this language, add examples in it; if not, remove these.", "若模型需要用这种语言回答，请补充样本；否则请删除这些样本。")
            )
            {
                Examples = _prompts[rare].Count,
                Of = profile.Rows,
                Weight = 20,
                Places = _prompts[rare].First,
            };
    }

    public override IEnumerable<QualityFigure> Describe() =>
        _prompts.OrderByDescending(one => one.Value.Count).ThenBy(one => one.Key).Select(one => QualityFigure.OfShare($"prompts_{one.Key.ToString().ToLowerInvariant()}", Text.Of($"prompts in {Name(one.Key)}", $"{Name(one.Key)}提示"), one.Value.Count, profile.Rows));

    bool IsRare(int count) => count < profile.Rows * FewShare;

    static bool IsOneLanguage(Script script) => script is Script.Chinese or Script.English or Script.Other;

    static string Name(Script script) =>
        script switch
        {
            Script.Chinese => Text.Of("Chinese", "中文"),
            Script.English => Text.Of("English", "英文"),
            Script.Other => Text.Of("another script", "其他文字"),
            Script.Mixed => Text.Of("several languages", "多种语言"),
            _ => Text.Of("no language", "无文字"),
        };

    [GeneratedRegex(
        @"translat|翻译|译成|译为|英文|英语|中文|汉语|日文|日语|法文|法语|德语|俄语|韩语|西班牙语|拼音|代码|编程|程序|函数|正则|SQL|Python|Java|HTML|code\b|\b(?:Chinese|English|French|German|Japanese|Korean|Russian|Spanish|Mandarin|Pinyin)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex AsksForLanguage();
}
