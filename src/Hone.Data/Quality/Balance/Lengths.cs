using Hone.Data.Checks;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Balance;

/// <summary>Empty answers, and prompts and answers that are far longer or shorter than the others.</summary>
sealed class Lengths(FileProfile profile) : QualityCheck
{
    const int FewestRows = 30;

    // On the scale of doublings: three (8 times) at least, and beyond what one in a million would be if lengths were log-normal.
    const double LeastDistance = 3;
    const double Deviations = 5;
    const double MadToDeviation = 1.4826;

    readonly Histogram _prompts = new();
    readonly Histogram _answers = new();
    readonly PlaceList _empty = new();
    readonly PlaceList _oddPrompts = new();
    readonly PlaceList _oddAnswers = new();
    (double Low, double High) _promptRange = Everything;
    (double Low, double High) _answerRange = Everything;
    int _usualAnswer;
    int _usualPrompt;

    static (double, double) Everything => (0, double.PositiveInfinity);

    /// <summary>Characters of the prompts of all files.</summary>
    public Distribution? PromptLengths => _prompts.Summarise();

    /// <summary>Characters of the answers of all files.</summary>
    public Distribution? AnswerLengths => _answers.Summarise();

    public override void Learn(QualityRow row)
    {
        _prompts.Add(row.Sample.Prompt.Length);
        _answers.Add(row.Sample.Answer.Length);
    }

    public override void EndLearning()
    {
        (_usualPrompt, _promptRange) = RangeOf(_prompts);
        // The names of classes are as long as they are.
        if (!profile.Labels.AreClasses)
            (_usualAnswer, _answerRange) = RangeOf(_answers);
    }

    public override void Judge(QualityRow row)
    {
        (string prompt, string answer) = (row.Sample.Prompt, row.Sample.Answer);
        if (string.IsNullOrWhiteSpace(answer))
            _empty.Add(row, prompt);
        else if (answer.Length < _answerRange.Low || answer.Length > _answerRange.High)
            _oddAnswers.Add(row, Invariant($"{answer.Length:N0}: {answer}"));
        if (prompt.Length > 0 && (prompt.Length < _promptRange.Low || prompt.Length > _promptRange.High))
            _oddPrompts.Add(row, Invariant($"{prompt.Length:N0}: {prompt}"));
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        if (_empty.Count > 0)
            yield return Finding(
                "empty_answers",
                _empty,
                70,
                Text.Of(Invariant($"Examples with an empty answer: {_empty.Count:N0}."), Invariant($"{_empty.Count:N0} 个样本的回答为空。")),
                Text.Of("Write the answer or remove the example: the model would learn to say nothing.", "请补上回答或删除样本：否则模型会学到什么也不说。")
            );
        if (_oddAnswers.Count > 0)
            yield return Finding(
                "answer_length_outliers",
                _oddAnswers,
                30,
                Text.Of(
                    Invariant($"Answers far from the usual length of {_usualAnswer:N0} characters (below {_answerRange.Low:N0} or above {_answerRange.High:N0}): {_oddAnswers.Count:N0}."),
                    Invariant($"{_oddAnswers.Count:N0} 个回答的长度远离通常的 {_usualAnswer:N0} 个字符（少于 {_answerRange.Low:N0} 或多于 {_answerRange.High:N0}）。")),
                Text.Of("Look at them: they are often cut, empty of content, or two answers in one.", "请逐一查看：它们常常被截断、没有内容，或是多个回答连在一起。")
            );
        if (_oddPrompts.Count > 0)
            yield return Finding(
                "prompt_length_outliers",
                _oddPrompts,
                20,
                Text.Of(
                    Invariant($"Prompts far from the usual length of {_usualPrompt:N0} characters (below {_promptRange.Low:N0} or above {_promptRange.High:N0}): {_oddPrompts.Count:N0}."),
                    Invariant($"{_oddPrompts.Count:N0} 个提示的长度远离通常的 {_usualPrompt:N0} 个字符（少于 {_promptRange.Low:N0} 或多于 {_promptRange.High:N0}）。")),
                Text.Of("Look at them: long ones may not fit into the context, short ones may not say what is asked.", "请逐一查看：过长的可能超出上下文，过短的可能没说清问题。")
            );
    }

    public override IEnumerable<QualityFigure> Describe() =>
        _usualAnswer == 0 || _usualPrompt == 0
            ? []
            :
            [
                new("prompt_median_characters", Text.Of("median characters of a prompt", "提示字符数的中位数"), _usualPrompt, Invariant($"{_usualPrompt:N0}")),
                new("answer_median_characters", Text.Of("median characters of an answer", "回答字符数的中位数"), _usualAnswer, Invariant($"{_usualAnswer:N0}")),
            ];

    QualityFinding Finding(string code, PlaceList places, int weight, string what, string fix) =>
        new(code, QualityArea.Balance, what, fix) { Examples = places.Count, Of = profile.Rows, Weight = weight, Places = places.First };

    /// <summary>The median, and the lengths that are not too far from it; empty texts do not count.</summary>
    static (int Median, (double Low, double High) Range) RangeOf(Histogram lengths)
    {
        KeyValuePair<int, long>[] filled = [.. lengths.Sorted().Where(length => length.Key > 0)];
        long count = filled.Sum(length => length.Value);
        if (count < FewestRows)
            return (0, Everything);

        int median = At(filled, count / 2);
        double middle = Math.Log2(median);
        IEnumerable<KeyValuePair<double, long>> distances = filled.Select(length => KeyValuePair.Create(Math.Abs(Math.Log2(length.Key) - middle), length.Value)).OrderBy(distance => distance.Key);
        double reach = Math.Max(LeastDistance, Deviations * MadToDeviation * At(distances, count / 2));
        return (median, (Math.Pow(2, middle - reach), Math.Pow(2, middle + reach)));
    }

    /// <summary>The number at a place of a sorted list in which each stands as often as it came.</summary>
    static T At<T>(IEnumerable<KeyValuePair<T, long>> sorted, long index)
    {
        foreach ((T value, long times) in sorted)
            if ((index -= times) < 0)
                return value;
        throw new ArgumentOutOfRangeException(nameof(index));
    }
}
