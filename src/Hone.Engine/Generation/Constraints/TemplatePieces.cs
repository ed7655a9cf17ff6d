using Hone.Engine.ChatTemplates;

namespace Hone.Engine.Generation.Constraints;

/// <summary>The pieces of a <see cref="ToolCallFormat"/> as terms: special tokens as themselves, ids as letters and digits, all else byte by byte.</summary>
sealed class TemplatePieces(ConstraintVocabulary vocabulary)
{
    static readonly Term LetterOrDigit = new ByteTerm(ByteSet.Range((byte)'0', (byte)'9') | ByteSet.Range((byte)'A', (byte)'Z') | ByteSet.Range((byte)'a', (byte)'z'));

    readonly HashSet<int> _specialTokens = [];

    /// <summary>Those of the pieces so far.</summary>
    public IReadOnlySet<int> SpecialTokens => _specialTokens;

    public Term ToTerm(string piece)
    {
        var items = new List<Term>();
        for (int at = 0; at < piece.Length;)
        {
            if (piece[at] == ToolCallFormat.IdMark)
            {
                items.Add(LetterOrDigit);
                at++;
            }
            else if (SpecialAt(piece, at) is var (text, id))
            {
                items.Add(new TokenTerm(id));
                _specialTokens.Add(id);
                at += text.Length;
            }
            else
            {
                int length = FirstText(piece[at..]).Length;
                items.Add(JsonTerms.Literal(piece.Substring(at, length)));
                at += length;
            }
        }

        return JsonTerms.Sequence([.. items]);
    }

    /// <summary>A piece up to its first special token or id.</summary>
    public string FirstText(string piece)
    {
        for (int at = 0; at < piece.Length; at++)
        {
            if (piece[at] == ToolCallFormat.IdMark || SpecialAt(piece, at) is not null)
                return piece[..at];
        }

        return piece;
    }

    (string Text, int Id)? SpecialAt(string piece, int at)
    {
        foreach (string text in vocabulary.SpecialTexts)
        {
            if (string.CompareOrdinal(piece, at, text, 0, text.Length) == 0 && vocabulary.SpecialToken(text) is { } id)
                return (text, id);
        }

        return null;
    }
}
