namespace Hone.Engine.Tokenizers.Splitting;

/// <summary>
/// The pattern of o200k_base: words are split where a lower-case letter is followed by an upper-case one, marks belong to words,
/// and a contraction stays with its word.
/// </summary>
sealed class O200kSplitter : Splitter
{
    const CharacterClass LetterOrNumber = CharacterClass.Letter | CharacterClass.Number;

    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        CharacterClass found = CharacterClasses.Of(text, start, out int length);
        int next = start + length;
        bool canLead = (found & (LetterOrNumber | CharacterClass.LineBreak)) == 0 && next < text.Length;

        int word = canLead ? MixedCaseEnd(text, next) : -1;
        if (word < 0)
            word = MixedCaseEnd(text, start);
        if (word < 0 && canLead)
            word = UpperCaseEnd(text, next);
        if (word < 0)
            word = UpperCaseEnd(text, start);
        if (word >= 0)
            return ContractionEnd(text, word, ignoreCase: true);

        if ((found & CharacterClass.Number) != 0)
            return DigitsEnd(text, next, maximum: 3);

        int symbols = SymbolsEnd(text, start);
        if (symbols == start)
            return SpacesOrLinesEnd(text, start);
        while (symbols < text.Length && text[symbols] is '\r' or '\n' or '/')
            symbols++;
        return symbols;
    }

    /// <summary>`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`, or -1.</summary>
    static int MixedCaseEnd(ReadOnlySpan<char> text, int start)
    {
        int index = start;
        int lastEither = -1; // the end of the last character that may stand in both parts
        while (index < text.Length)
        {
            CharacterClass found = CharacterClasses.Of(text, index, out int length);
            if ((found & CharacterClass.WordStart) == 0)
                break;
            index += length;
            if ((found & CharacterClass.WordRest) != 0)
                lastEither = index;
        }

        int rest = CharacterClasses.RunEnd(text, index, CharacterClass.WordRest);
        return rest > index ? rest : lastEither;
    }

    /// <summary>`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+`, or -1; lower case cannot follow, else the first form had matched.</summary>
    static int UpperCaseEnd(ReadOnlySpan<char> text, int start)
    {
        int end = CharacterClasses.RunEnd(text, start, CharacterClass.WordStart);
        return end > start ? end : -1;
    }
}
