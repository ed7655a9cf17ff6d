using System.Text.RegularExpressions;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Augmentation.Words;

/// <summary>Takes texts apart into words that may be changed and what must stay: names, numbers, code, negations with what they negate, and words of the answer.</summary>
sealed partial class Wording(SynonymTable synonyms)
{
    const int LongestPhrase = 5;

    readonly ChineseWords _chinese = new(synonyms.Words.Where(word => NormalText.IsChinese(word[0])).Concat(WordLists.Light).Concat(WordLists.Fixed).Concat(WordLists.Plain).Where(word => NormalText.IsChinese(word[0])));

    public SynonymTable Synonyms => synonyms;

    /// <param name="start">Where the part begins that may be changed.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="answer">Its words stay, so that a label or an answer taken from the text is still found there.</param>
    public List<Token> Read(string text, int start, int end, string answer)
    {
        bool[] isLiteral = new bool[text.Length];
        foreach ((int from, int to) in Literals.Find(text))
            isLiteral.AsSpan(from..to).Fill(true);
        HashSet<string> names = [.. NamesIn(text)];
        HashSet<string> answers = new(Run().Matches(answer).Select(run => run.Value), StringComparer.OrdinalIgnoreCase);
        List<Token> tokens = [];
        foreach (Match run in Run().Matches(text))
        {
            bool isChinese = NormalText.IsChinese(run.Value[0]);
            foreach ((int at, int length) in isChinese ? _chinese.Find(run.Value) : [(0, run.Length)])
            {
                Token token = Judge(text.Substring(run.Index + at, length), run.Index + at, isChinese, text);
                bool isOutside = token.Start < start || token.End > end || isLiteral.AsSpan(token.Start..token.End).Contains(true);
                bool isAnswer = isChinese ? answer.Contains(token.Word, StringComparison.Ordinal) : answers.Contains(token.Word);
                if (!isOutside && !isAnswer && !names.Contains(token.Word))
                    tokens.Add(tokens.Count > 0 && IsNegated(tokens[^1], token, text) ? token with { IsMovable = false, IsRemovable = false } : token);
            }
        }
        return Phrases(tokens, text);
    }

    /// <summary>Words with a capital inside of a sentence.</summary>
    public static IEnumerable<string> NamesIn(string text) =>
        Run().Matches(text).Where(run => char.IsUpper(run.Value[0]) && !IsSentenceStart(text, run.Index) && run.Value != "I" && !run.Value.StartsWith("I'", StringComparison.Ordinal) && !run.Value.StartsWith("I’", StringComparison.Ordinal)).Select(run => run.Value);

    Token Judge(string word, int start, bool isChinese, string text)
    {
        bool isFixed = WordLists.Fixed.Contains(word);
        bool isLight = WordLists.Light.Contains(word);
        bool isFirst = !isChinese && IsSentenceStart(text, start);
        return new Token(
            start,
            word,
            isChinese,
            IsReplaceable: synonyms.Of(word).Count > 0,
            IsMovable: !isFixed && !isLight && !isFirst && word.Length > 1 && !word.AsSpan().ContainsAny('\'', '’'),
            IsRemovable: isLight && !isFirst
        );
    }

    static bool IsNegated(Token before, Token token, string text) => WordLists.IsNegation(before.Word.ToLowerInvariant()) && text[before.End..token.Start].Trim().Length == 0;

    /// <summary>Joins words that are a phrase of the table, the longest first.</summary>
    List<Token> Phrases(List<Token> tokens, string text)
    {
        List<Token> joined = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            int count = Math.Min(LongestPhrase, tokens.Count - i);
            while (count > 1 && !IsPhrase(tokens, i, count, text))
                count--;
            joined.Add(count == 1 ? tokens[i] : new Token(tokens[i].Start, text[tokens[i].Start..tokens[i + count - 1].End], false, IsReplaceable: true, IsMovable: false, IsRemovable: false));
            i += count - 1;
        }
        return joined;
    }

    bool IsPhrase(List<Token> tokens, int first, int count, string text)
    {
        string phrase = text[tokens[first].Start..tokens[first + count - 1].End];
        // A word that must stay is no token, and would be counted here.
        return !tokens[first].IsChinese && phrase.Count(letter => letter == ' ') == count - 1 && synonyms.Of(phrase).Count > 0;
    }

    static bool IsSentenceStart(string text, int index)
    {
        int before = index - 1;
        while (before >= 0 && text[before] is ' ' or '\t' or '"' or '“' or '(' or '\'' or '*' or '-')
            before--;
        return before < 0 || text[before] is '.' or '!' or '?' or '。' or '！' or '？' or '\n' or ':' or '：' or '…';
    }

    // A run of Chinese characters, or a word with its apostrophes and hyphens.
    [GeneratedRegex(@"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[\p{L}\p{M}-[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]]+(['’-][\p{L}\p{M}-[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]]+)*")]
    public static partial Regex Run();
}
