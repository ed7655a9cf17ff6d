using System.Text;
using System.Text.Json;

namespace Hone.Engine.Tokenizers.WordPiece;

/// <summary>WordPiece (Wu et al. 2016; BERT): a word is cut greedily into the longest tokens; those within a word are written with a prefix.</summary>
sealed class WordPieceModel : TokenModel
{
    readonly WrittenTokens _tokens;
    readonly CharacterTrie _begins;
    readonly CharacterTrie _continues;
    readonly int _unknown;
    readonly int _longestWord;

    WordPieceModel(WrittenTokens tokens, IReadOnlySet<int> specialIds, string prefix, int unknown, int longestWord)
    {
        (_tokens, _unknown, _longestWord) = (tokens, unknown, longestWord);
        _begins = new CharacterTrie(tokens.Characters);
        _continues = new CharacterTrie(tokens.Characters);
        foreach ((string token, int id) in tokens.Ids.Where(token => !specialIds.Contains(token.Value)))
        {
            if (token.Length > 0)
                _begins.Add(token, id);
            if (token.Length > prefix.Length && token.StartsWith(prefix, StringComparison.Ordinal))
                _continues.Add(token.AsSpan(prefix.Length), id);
        }
    }

    /// <param name="path">Of the file, for messages.</param>
    /// <param name="model">The model of tokenizer.json.</param>
    /// <param name="specialIds">Tokens that ordinary text must never become.</param>
    public static WordPieceModel Read(string path, JsonElement model, IReadOnlySet<int> specialIds)
    {
        var tokens = WrittenTokens.OfObject(path, model.GetProperty("vocab"));
        string unknown = model.GetProperty("unk_token").GetString()!;
        if (tokens.Find(unknown) is not int unknownId)
            throw new HoneException($"{path} names \"{unknown}\" as the token for what is unknown, but its vocabulary lacks it.");
        return new WordPieceModel(
            tokens, specialIds, model.GetProperty("continuing_subword_prefix").GetString()!, unknownId, model.GetProperty("max_input_chars_per_word").GetInt32());
    }

    public override int Count => _tokens.Count;

    public override string Written(int id) => _tokens.Written(id);

    public override int? Find(string written) => _tokens.Find(written);

    public override void Encode(Piece piece, EncodingRun run)
    {
        int before = run.Count;
        bool isKnown = !IsTooLong(piece.Text);
        for (int start = 0; isKnown && start < piece.Text.Length; )
        {
            CharacterTrie.Search search = (start == 0 ? _begins : _continues).Prefixes(piece.Text[start..]);
            while (search.MoveNext()) { }
            isKnown = search.Length > 0;
            if (isKnown)
                run.Add(search.Token, piece.Origin(start), piece.Origin(start + search.Length));
            start += search.Length;
        }
        if (isKnown)
            return;

        run.TruncateTo(before);
        run.Add(_unknown, piece.Origin(0), piece.Origin(piece.Text.Length));
    }

    /// <summary>Whether a word has more characters (not UTF-16 units) than the model reads.</summary>
    bool IsTooLong(ReadOnlySpan<char> word)
    {
        if (word.Length <= _longestWord)
            return false;
        int characters = 0;
        foreach (Rune _ in word.EnumerateRunes())
            characters++;
        return characters > _longestWord;
    }
}
