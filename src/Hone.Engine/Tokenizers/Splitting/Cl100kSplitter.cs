namespace Hone.Engine.Tokenizers.Splitting;

/// <summary>
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,maximum}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`:
/// cl100k_base and Llama 3 with three digits, Qwen2 with one.
/// </summary>
sealed class Cl100kSplitter(int maximumDigits) : Splitter
{
    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        CharacterClass found = CharacterClasses.Of(text, start, out int length);
        int next = start + length;
        if ((found & CharacterClass.Letter) != 0)
            return CharacterClasses.RunEnd(text, next, CharacterClass.Letter);
        if ((found & CharacterClass.Number) != 0)
            return DigitsEnd(text, next, maximumDigits);

        int contraction = ContractionEnd(text, start, ignoreCase: true);
        if (contraction > start)
            return contraction;

        if ((found & CharacterClass.LineBreak) == 0)
        {
            int word = CharacterClasses.RunEnd(text, next, CharacterClass.Letter);
            if (word > next)
                return word;
        }

        int symbols = SymbolsEnd(text, start);
        return symbols > start ? CharacterClasses.RunEnd(text, symbols, CharacterClass.LineBreak) : SpacesOrLinesEnd(text, start);
    }
}
