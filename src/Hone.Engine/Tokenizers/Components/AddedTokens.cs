using System.Buffers;
using System.Text;

namespace Hone.Engine.Tokenizers.Components;

/// <summary>A token that is found in the text before anything else happens to it.</summary>
sealed record AddedToken(int Id, string Content, bool IsSpecial, bool SingleWord, bool StripsLeft, bool StripsRight, bool IsNormalized);

/// <summary>Finds added tokens in text: the leftmost, and of those the longest.</summary>
sealed class AddedTokens
{
    readonly Dictionary<(int Node, char Character), int> _children = [];
    readonly List<AddedToken?> _tokenAtNode = [null];
    readonly SearchValues<char> _firstCharacters;

    /// <param name="tokens">The tokens to find.</param>
    /// <param name="written">How the text writes a token: normalized, for tokens that are looked for in normalized text.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens, Func<AddedToken, string> written)
    {
        var firstCharacters = new HashSet<char>();
        foreach (AddedToken token in tokens)
        {
            string text = written(token);
            if (text.Length == 0)
                continue;
            firstCharacters.Add(text[0]);
            int node = 0;
            foreach (char c in text)
                node = ChildOf(node, c);
            _tokenAtNode[node] ??= token;
        }
        _firstCharacters = SearchValues.Create([.. firstCharacters]);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => _tokenAtNode.Count == 1;

    /// <summary>The next added token at or after <paramref name="from"/>, with the white space that it takes along, or null.</summary>
    /// <param name="isAllowed">Whether this token may be recognised at this place.</param>
    public (AddedToken Token, int Start, int End)? FindNext(ReadOnlySpan<char> text, int from, Func<AddedToken, int, int, bool> isAllowed)
    {
        for (int at = from; at < text.Length; at++)
        {
            int skip = text[at..].IndexOfAny(_firstCharacters);
            if (skip < 0)
                return null;
            at += skip;
            if (LongestAt(text, at, isAllowed) is not { } found)
                continue;

            int start = found.Token.StripsLeft ? from + text[from..at].TrimEnd().Length : at;
            int end = found.Token.StripsRight ? text.Length - text[found.End..].TrimStart().Length : found.End;
            return (found.Token, start, end);
        }
        return null;
    }

    (AddedToken Token, int End)? LongestAt(ReadOnlySpan<char> text, int start, Func<AddedToken, int, int, bool> isAllowed)
    {
        (AddedToken, int)? longest = null;
        int node = 0;
        for (int index = start; index < text.Length && _children.TryGetValue((node, text[index]), out node); index++)
            if (_tokenAtNode[node] is { } token && isAllowed(token, start, index + 1) && (!token.SingleWord || IsWord(text, start, index + 1)))
                longest = (token, index + 1);
        return longest;
    }

    static bool IsWord(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out Rune before, out int beforeLength);
        Rune.DecodeFromUtf16(text[end..], out Rune after, out int afterLength);
        return !(beforeLength > 0 && IsWordCharacter(before)) && !(afterLength > 0 && IsWordCharacter(after));
    }

    static bool IsWordCharacter(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark
                or System.Globalization.UnicodeCategory.EnclosingMark
                or System.Globalization.UnicodeCategory.ConnectorPunctuation;

    int ChildOf(int node, char c)
    {
        if (!_children.TryGetValue((node, c), out int child))
        {
            child = _tokenAtNode.Count;
            _children[(node, c)] = child;
            _tokenAtNode.Add(null);
        }
        return child;
    }
}
