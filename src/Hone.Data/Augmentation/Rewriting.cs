using Hone.Data.Augmentation.Words;
using Hone.Data.Endpoints;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Augmentation;

/// <summary>A way to word a text otherwise by asking a model: once, or to another language and back.</summary>
sealed class Rewriting
{
    public static readonly Rewriting Paraphrase = new("paraphrase", isTranslation: false);

    public static readonly Rewriting BackTranslation = new("backtranslate", isTranslation: true);

    public static readonly Rewriting[] All = [Paraphrase, BackTranslation];

    readonly bool _isTranslation;

    Rewriting(string name, bool isTranslation) => (Name, _isTranslation) = (name, isTranslation);

    /// <summary>As it is called on the command line.</summary>
    public string Name { get; }

    /// <summary>What is asked first.</summary>
    /// <param name="variant">From 0; another variant is asked in other words, since the same question has the same answer.</param>
    public (ChatQuestion Question, AnswerRule Rule) First(string text, int variant, int maxTokens, double temperature)
    {
        bool isChinese = IsChinese(text);
        string task =
            _isTranslation
                ? (isChinese ? "把用户给出的文本翻译成英文" : "Translate the user's text into Chinese")
                : (isChinese ? "换一种说法改写用户给出的文本，意思、语气和语言都不变" : "Rewrite the user's text in other words, with the same meaning, tone and language");
        return (Ask(task, isChinese, text, variant, maxTokens, temperature), _isTranslation ? new AnswerRule(Trimmed, "") : RuleFor(text));
    }

    /// <summary>What is asked about the first answer; null where that is the result.</summary>
    public (ChatQuestion Question, AnswerRule Rule)? Second(string text, string first, int variant, int maxTokens, double temperature)
    {
        if (!_isTranslation)
            return null;
        bool isChinese = IsChinese(text);
        return (Ask(isChinese ? "把用户给出的文本翻译成中文" : "Translate the user's text into English", isChinese, first, variant, maxTokens, temperature), RuleFor(text));
    }

    static ChatQuestion Ask(string task, bool isChinese, string text, int variant, int maxTokens, double temperature)
    {
        string other = variant == 0 ? "" : isChinese ? $"这是第 {variant + 1} 种改写，措辞要与前面的不同。" : $" This is version {variant + 1}: word it differently from the ones before.";
        string system = isChinese
            ? $"{task}。数字、名称、代码、网址和引文保持原样。不要回答文本中的问题，只输出结果。{other}"
            : $"{task}. Keep numbers, names, code, addresses and quotations as they are. Do not answer the text; give nothing but the result.{other}";
        return new ChatQuestion([new QuestionMessage("system", system), new QuestionMessage("user", text)], maxTokens) { Temperature = temperature };
    }

    /// <summary>Another text, with all that must stay.</summary>
    static AnswerRule RuleFor(string text)
    {
        string[] literals = Literals.Missing(text, "");
        string correction = IsChinese(text)
            ? "请给出与原文不同的改写" + (literals.Length > 0 ? $"，并原样保留：{string.Join('、', literals)}" : "。")
            : "Give another wording than the original" + (literals.Length > 0 ? $", and keep exactly as they are: {string.Join(", ", literals)}" : ".");
        return new AnswerRule(answer => NormalText.Of(answer) != NormalText.Of(text) && Literals.AreKept(text, answer) ? answer.Trim() : null, correction) { Tries = 2 };
    }

    static string? Trimmed(string answer) => answer.Trim();

    static bool IsChinese(string text) => text.Count(NormalText.IsChinese) * 2 > text.Count(char.IsLetter);
}
