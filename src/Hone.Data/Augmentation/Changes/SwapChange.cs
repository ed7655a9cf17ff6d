using Hone.Data.Augmentation.Words;
using Hone.Engine;

namespace Hone.Data.Augmentation.Changes;

/// <summary>Two neighbouring words change places (random swap of Wei and Zou 2019, but never over a name, a number, a negation or the end of a clause).</summary>
sealed class SwapChange : ITextChange
{
    public string Name => "swap";

    public IReadOnlyList<TextEdit> Change(string text, IReadOnlyList<Token> tokens, int count, SeededRandom random)
    {
        int[] places = [.. Enumerable.Range(0, Math.Max(0, tokens.Count - 1)).Where(i => AreNeighbours(text, tokens[i], tokens[i + 1]))];
        random.Shuffle<int>(places);
        List<TextEdit> edits = [];
        HashSet<int> moved = [];
        foreach (int i in places)
        {
            if (edits.Count == count || moved.Contains(i) || moved.Contains(i + 1))
                continue;
            moved.Add(i);
            moved.Add(i + 1);
            string between = text[tokens[i].End..tokens[i + 1].Start];
            edits.Add(new TextEdit(tokens[i].Start, tokens[i + 1].End - tokens[i].Start, tokens[i + 1].Word + between + tokens[i].Word));
        }
        return edits;
    }

    /// <summary>Characters of Chinese that bind what stands before them to what follows: no word beside one is moved away from it.</summary>
    const string Binding = "的地得着了过又也都把被比像就";

    static bool AreNeighbours(string text, Token one, Token other) =>
        one.IsMovable && other.IsMovable && one.IsChinese == other.IsChinese && text[one.End..other.Start] == (one.IsChinese ? "" : " ") && !string.Equals(one.Word, other.Word, StringComparison.OrdinalIgnoreCase)
        && !(one.IsChinese && (IsBinding(text, one.Start - 1) || IsBinding(text, other.End) || IsBinding(text, one.End - 1) || IsBinding(text, other.End - 1)));

    static bool IsBinding(string text, int place) => place >= 0 && place < text.Length && Binding.Contains(text[place], StringComparison.Ordinal);
}
