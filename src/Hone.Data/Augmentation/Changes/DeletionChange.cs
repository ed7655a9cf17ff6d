using Hone.Data.Augmentation.Words;
using Hone.Engine;

namespace Hone.Data.Augmentation.Changes;

/// <summary>Words that carry little are left out, so that no label changes with them: articles, intensifiers, particles.</summary>
sealed class DeletionChange : ITextChange
{
    public string Name => "delete";

    public IReadOnlyList<TextEdit> Change(string text, IReadOnlyList<Token> tokens, int count, SeededRandom random)
    {
        int[] places = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].IsRemovable)];
        random.Shuffle<int>(places);
        // With a word goes the space before it.
        return [.. places.Take(count).Select(i => tokens[i]).Select(token => token.Start > 0 && text[token.Start - 1] == ' ' && !token.IsChinese ? new TextEdit(token.Start - 1, token.Word.Length + 1, "") : new TextEdit(token.Start, token.Word.Length, ""))];
    }
}
