using System.Text;
using System.Text.Json;
using Hone.Engine.Tokenizers.BytePair;

namespace Hone.Engine.Tokenizers.Unigram;

/// <summary>The unigram language model (Kudo 2018; SentencePiece): of all ways to cut a piece into tokens, the one with the greatest sum of scores.</summary>
sealed class UnigramModel : TokenModel
{
    /// <summary>How much worse than the worst token a character without one is.</summary>
    const double UnknownPenalty = 10;

    readonly WrittenTokens _tokens;
    readonly double[] _scores;
    readonly CharacterTrie _trie;
    readonly int? _unknown;
    readonly double _unknownScore;
    readonly int[]? _idOfByte;

    UnigramModel(WrittenTokens tokens, IReadOnlySet<int> specialIds, double[] scores, int? unknown, int[]? idOfByte)
    {
        (_tokens, _scores, _unknown, _idOfByte) = (tokens, scores, unknown, idOfByte);
        _unknownScore = scores.Min() - UnknownPenalty;
        _trie = new CharacterTrie(tokens.Characters);
        foreach ((string token, int id) in tokens.Ids.Where(token => !specialIds.Contains(token.Value)))
        {
            if (token.Length > 0)
                _trie.Add(token, id);
        }
    }

    /// <param name="path">Of the file, for messages.</param>
    /// <param name="model">The model of tokenizer.json.</param>
    /// <param name="specialIds">Tokens that ordinary text must never become.</param>
    public static UnigramModel Read(string path, JsonElement model, IReadOnlySet<int> specialIds)
    {
        (string Token, double Score)[] vocabulary =
            [.. model.GetProperty("vocab").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetDouble()))];
        if (vocabulary.Length == 0)
            throw new HoneException($"{path} has a Unigram model without tokens. Download the model again.");

        var tokens = WrittenTokens.OfList([.. vocabulary.Select(entry => entry.Token)]);
        int? unknown = model.TryGetProperty("unk_id", out JsonElement id) && id.ValueKind == JsonValueKind.Number ? id.GetInt32() : null;
        if (unknown is not null && (uint)unknown >= (uint)vocabulary.Length)
            throw new HoneException($"{path} gives {unknown} as the token for what is unknown, but its tokens are 0 to {vocabulary.Length - 1}.");
        bool fallsBack = model.TryGetProperty("byte_fallback", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        int[]? idOfByte = fallsBack ? [.. Enumerable.Range(0, 256).Select(value => tokens.Find(CharacterModel.ByteToken((byte)value)) ?? -1)] : null;
        return new UnigramModel(tokens, specialIds, [.. vocabulary.Select(entry => entry.Score)], unknown, idOfByte);
    }

    public override int Count => _tokens.Count;

    public override string Written(int id) => _tokens.Written(id);

    public override int? Find(string written) => _tokens.Find(written);

    public override void Encode(Piece piece, EncodingRun run)
    {
        bool isCacheable = piece.Text.Length <= PieceCache.LongestPiece && !run.WantsSpans;
        if (isCacheable && run.Cache.TryAppend(piece.Text, run))
            return;

        int before = run.Count;
        Node[] best = run.PathNodes(piece.Text.Length + 1);
        FindBestPath(piece.Text, best);
        AddPath(piece, best, run);
        if (isCacheable)
            run.Cache.Set(piece.Text, run.Ids[before..]);
    }

    /// <summary>The best way to reach each position of the text (Viterbi 1967).</summary>
    void FindBestPath(ReadOnlySpan<char> text, Node[] best)
    {
        best.AsSpan(0, text.Length + 1).Fill(Node.Unreached);
        best[0] = new Node(0, 0, 0);
        for (int start = 0; start < text.Length; )
        {
            Rune.DecodeFromUtf16(text[start..], out _, out int characterLength);
            double score = best[start].Score;
            bool hasCharacter = false;
            CharacterTrie.Search search = _trie.Prefixes(text[start..]);
            while (search.MoveNext())
            {
                Offer(ref best[start + search.Length], score + _scores[search.Token], start, search.Token);
                hasCharacter |= search.Length == characterLength;
            }
            if (!hasCharacter)
                Offer(ref best[start + characterLength], score + _unknownScore, start, Node.NoToken);
            start += characterLength;
        }
    }

    // At a tie, the path found first stays.
    static void Offer(ref Node node, double score, int start, int token)
    {
        if (node.Start < 0 || score > node.Score)
            node = new Node(score, start, token);
    }

    void AddPath(Piece piece, Node[] best, EncodingRun run)
    {
        // Backwards along the path, which leaves in each node on it the token that begins there.
        for (int end = piece.Text.Length; end > 0; end = best[end].Start)
        {
            ref Node start = ref best[best[end].Start];
            (start.Next, start.NextToken) = (end, best[end].Token);
        }

        for (int start = 0; start < piece.Text.Length; )
        {
            Node node = best[start];
            int stop = node.Next;
            if (node.NextToken != Node.NoToken)
            {
                run.Add(node.NextToken, piece.Origin(start), piece.Origin(stop));
            }
            else
            {
                // Neighbouring characters without a token are one unknown.
                while (stop < piece.Text.Length && best[stop].NextToken == Node.NoToken)
                    stop = best[stop].Next;
                AddUnknown(piece.Slice(start, stop), run);
            }
            start = stop;
        }
    }

    void AddUnknown(Piece piece, EncodingRun run)
    {
        (int start, int end) = (piece.Origin(0), piece.Origin(piece.Text.Length));
        if (_idOfByte is not null)
        {
            ReadOnlySpan<byte> bytes = run.ToUtf8(piece.Text);
            if (AllHaveTokens(bytes, _idOfByte))
            {
                foreach (byte value in bytes)
                    run.Add(_idOfByte[value], start, end);
                return;
            }
        }
        if (_unknown is { } unknown)
            run.Add(unknown, start, end);
    }

    static bool AllHaveTokens(ReadOnlySpan<byte> bytes, int[] idOfByte)
    {
        foreach (byte value in bytes)
        {
            if (idOfByte[value] < 0)
                return false;
        }
        return true;
    }

    /// <summary>The best path to one position of a piece, and, once the whole path is known, the token that begins there.</summary>
    /// <param name="Score">The sum of its tokens' scores.</param>
    /// <param name="Start">Where its last token begins; negative while the position is not reached.</param>
    /// <param name="Token">That token, or <see cref="NoToken"/>.</param>
    public record struct Node(double Score, int Start, int Token)
    {
        public const int NoToken = -1;

        public static Node Unreached => new(0, -1, NoToken);

        /// <summary>Where the token that begins here on the best path ends.</summary>
        public int Next { get; set; }

        /// <summary>That token.</summary>
        public int NextToken { get; set; }
    }
}
