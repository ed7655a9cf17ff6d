using Hone.Engine.Tokenizers;

namespace Hone.Engine.Training;

/// <summary>Keeps the one begin token that a model wants: the tokenizer's goes where the text spells it out itself, and nothing is added behind the text.</summary>
static class BeginToken
{
    public static TokenSpan[] Once(Tokenizer tokenizer, TokenSpan[] tokens)
    {
        int first = 0;
        int last = tokens.Length;
        while (first + 1 < last && IsAdded(tokens[first]) && tokens[first + 1].Id == tokens[first].Id)
            first++;
        while (last > first + 1 && IsAdded(tokens[last - 1]) && tokens[last - 1].Start > 0)
            last--;
        return tokens[first..last];

        bool IsAdded(TokenSpan token) => token.Start == token.End && tokenizer.SpecialIds.Contains(token.Id);
    }
}
