using System.Text.RegularExpressions;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Balance;

/// <summary>The share of answers that refuse, against the share that the user wants: a model refuses as often as its examples do.</summary>
sealed partial class Refusals(double? expected) : QualityCheck
{
    const double UsualShare = 0.05;

    // Refusals stand at the start of an answer; further down the same words tell of something else.
    const int LookedAt = 160;

    readonly PlaceList _places = new();
    int _rows;

    public static bool IsRefusal(string answer)
    {
        string start = answer.Length > LookedAt ? answer[..LookedAt] : answer;
        return English().IsMatch(start) || Chinese().IsMatch(start);
    }

    public override void Judge(QualityRow row)
    {
        if (row.Part != DataPart.Train)
            return;
        _rows++;
        if (IsRefusal(row.Sample.Answer))
            _places.Add(row, row.Sample.Answer);
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        double share = _rows == 0 ? 0 : (double)_places.Count / _rows;
        double wanted = expected ?? UsualShare;
        // Three standard deviations of chance, and at least a percentage point.
        double slack = Math.Max(0.01, 3 * Math.Sqrt(wanted * (1 - wanted) / Math.Max(1, _rows)));
        if (share > wanted + slack)
            yield return Finding(
                "too_many_refusals",
                share - wanted,
                expected is null
                    ? Text.Of(Invariant($"Answers that refuse: {_places.Count:N0} of {_rows:N0} ({share * 100:0.0} %)."), Invariant($"{_rows:N0} 个回答中有 {_places.Count:N0} 个（{share * 100:0.0} %）是拒答。"))
                    : Text.Of(
                        Invariant($"Answers that refuse: {_places.Count:N0} of {_rows:N0} ({share * 100:0.0} %), where {wanted * 100:0.0} % are expected."),
                        Invariant($"{_rows:N0} 个回答中有 {_places.Count:N0} 个（{share * 100:0.0} %）是拒答，而期望为 {wanted * 100:0.0} %。")),
                Text.Of(
                    "Keep as many refusals as the model should give in use: it will refuse as often as its examples do. Say with --expected-refusals how many that is.",
                    "请只保留实际使用中应有的拒答比例：模型拒答的频率会和样本一样。可用 --expected-refusals 指明该比例。")
            );
        else if (expected is not null && share < wanted - slack)
            yield return Finding(
                "too_few_refusals",
                wanted - share,
                Text.Of(Invariant($"Answers that refuse: {share * 100:0.0} %, where {wanted * 100:0.0} % are expected."), Invariant($"拒答占 {share * 100:0.0} %，而期望为 {wanted * 100:0.0} %。")),
                Text.Of("Add questions that the model should not answer, with the refusal you want, or it will make an answer up.", "请加入模型不应回答的问题及期望的拒答，否则模型会编造答案。")
            );
    }

    public override IEnumerable<QualityFigure> Describe() => _rows == 0 ? [] : [QualityFigure.OfShare("refusals", Text.Of("answers that refuse", "拒答的回答"), _places.Count, _rows)];

    QualityFinding Finding(string code, double distance, string what, string fix) =>
        new(code, QualityArea.Balance, what, fix)
        {
            Examples = (int)Math.Round(distance * _rows),
            Of = _rows,
            Weight = 80,
            Places = _places.First,
        };

    [GeneratedRegex(
        """
        \b(?:as\ an?\ (?:ai\b|artificial\ intelligence|(?:large\ )?language\ model|virtual\ assistant)
        |i(?:'m|’m|\ am)\ (?:just\ |only\ )?an?\ (?:ai\b|(?:large\ )?language\ model)
        |i(?:'m|’m|\ am)?\ (?:\w+\ )?(?:can(?:'|’)?t|can\s?not|unable\ to|not\ able\ to|won(?:'|’)t|will\ not|not\ allowed\ to)\ (?:\w+\ )?(?:answer|help|assist|provide|fulfil|comply|discuss|do\ (?:that|this)|complete|support|generate|create|engage|share|give|write|produce|respond|access|offer|continue|determine|say)
        |i\ do(?:n't|n’t|\ not)\ (?:know\b|have\ (?:enough|access|the\ (?:ability|capability|information)|that\ information|personal|any\ information))
        |(?:the\ )?(?:text|context|passage|document|article)\ does(?:n't|n’t|\ not)\ (?:say|mention|contain|provide|state)
        |no\ (?:appropriate|suitable)\ answer)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex English();

    [GeneratedRegex(
        """
        作为(?:一个|一名|一款)?(?:AI|人工智能|智能助手|语言模型|大模型|聊天机器人|虚拟助手)
        |(?:抱歉|对不起|很遗憾|不好意思|非常遗憾)[^。！？\n]{0,20}(?:无法|不能|没法|没有办法|不便|难以|无权|不可以)[^。！？\n]{0,12}(?:回答|提供|帮|满足|完成|处理|讨论|给出|协助|执行|生成|访问|查询|支持|回应|写|做|判断|确定)
        |我(?:们)?(?:暂时|目前|并|还)?(?:无法|不能|没法|没有办法|不便)(?:直接|为[您你])?(?:回答|提供|帮|满足|完成|处理|讨论|给出|协助|执行|生成|访问|查询|支持|回应|判断|确定)
        |^我?(?:不知道|不清楚|不了解)(?:。|，|！|$)
        |(?:文中|原文|上下文|资料|文本)(?:中)?(?:没有|未)(?:提到|提及|说明|给出)
        |没有合适的(?:答案|回答)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Chinese();
}
