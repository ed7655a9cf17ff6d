namespace Hone.Engine.Tokenizers.Splitting;

/// <summary>A hand-written scanner for one of the well-known pre-tokenizer patterns: its pieces tile the text without gaps.</summary>
abstract class Splitter
{
    const CharacterClass Visible = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    const string Cl100kPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    const string O200kPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The scanner for each pattern that needs no regular expression.</summary>
    public static IReadOnlyDictionary<string, Splitter> ByPattern { get; } =
        new Dictionary<string, Splitter>(StringComparer.Ordinal)
        {
            [Gpt2Pattern] = new Gpt2Splitter(),
            [Cl100kPattern] = new Cl100kSplitter(maximumDigits: 3),
            [Qwen2Pattern] = new Cl100kSplitter(maximumDigits: 1),
            [O200kPattern] = new O200kSplitter(),
        };

    /// <summary>GPT-2's pattern, which ByteLevel pre-tokenizers carry implicitly.</summary>
    public static Splitter Gpt2 { get; } = ByPattern[Gpt2Pattern];

    /// <summary>The pattern that new vocabularies are trained with: digits one by one, as Qwen2 has them.</summary>
    public static string TrainingPattern => Qwen2Pattern;

    /// <summary>The end of the piece that starts at <paramref name="start"/>; always at least one code point further.</summary>
    public abstract int PieceEnd(ReadOnlySpan<char> text, int start);

    /// <summary>The end of a contraction such as 's or 'LL at <paramref name="start"/>, or <paramref name="start"/> where there is none.</summary>
    protected static int ContractionEnd(ReadOnlySpan<char> text, int start, bool ignoreCase)
    {
        if (start + 1 >= text.Length || text[start] != '\'')
            return start;

        char first = Fold(text[start + 1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd')
            return start + 2;
        if (start + 2 >= text.Length)
            return start;

        char second = Fold(text[start + 2], ignoreCase);
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? start + 3 : start;
    }

    /// <summary>` ?[^\s\p{L}\p{N}]+` and its start: equal to <paramref name="start"/> where the pattern does not match.</summary>
    protected static int SymbolsEnd(ReadOnlySpan<char> text, int start)
    {
        int symbols = text[start] == ' ' ? start + 1 : start;
        int end = CharacterClasses.RunEndWithout(text, symbols, Visible);
        return end > symbols ? end : start;
    }

    /// <summary>`\s+(?!\S)|\s+`: a run of spaces leaves its last one to the word that follows.</summary>
    protected static int SpacesEnd(ReadOnlySpan<char> text, int start)
    {
        int end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>`\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line break of the run, else as <see cref="SpacesEnd"/>.</summary>
    protected static int SpacesOrLinesEnd(ReadOnlySpan<char> text, int start)
    {
        int end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        int lastBreak = text[start..end].LastIndexOfAny('\r', '\n');
        if (lastBreak >= 0)
            return start + lastBreak + 1;
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>`\p{N}{1,maximum}`, from a first number that ends at <paramref name="index"/>.</summary>
    protected static int DigitsEnd(ReadOnlySpan<char> text, int index, int maximum)
    {
        for (int count = 1; count < maximum && index < text.Length; count++)
        {
            if ((CharacterClasses.Of(text, index, out int length) & CharacterClass.Number) == 0)
                break;
            index += length;
        }
        return index;
    }

    // Case-insensitive patterns also match the long s, as Unicode's simple case folding says.
    static char Fold(char c, bool ignoreCase) =>
        !ignoreCase ? c
        : c == 'ſ' ? 's'
        : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20)
        : c;
}
