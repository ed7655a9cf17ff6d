namespace Hone.Engine.Tokenizers.Splitting;

/// <summary>`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, the pattern of gpt2 and p50k_base.</summary>
sealed class Gpt2Splitter : Splitter
{
    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        int contraction = ContractionEnd(text, start, ignoreCase: false);
        if (contraction > start)
            return contraction;

        int word = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        CharacterClass found = CharacterClasses.Of(text, word, out int length);
        if ((found & CharacterClass.Letter) != 0)
            return CharacterClasses.RunEnd(text, word + length, CharacterClass.Letter);
        if ((found & CharacterClass.Number) != 0)
            return CharacterClasses.RunEnd(text, word + length, CharacterClass.Number);

        int symbols = SymbolsEnd(text, start);
        return symbols > start ? symbols : SpacesEnd(text, start);
    }
}
