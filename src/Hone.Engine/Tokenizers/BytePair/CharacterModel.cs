using System.Globalization;
using System.Text;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Byte-pair encoding whose symbols are characters, SentencePiece's way: a character without a token falls back to its bytes.</summary>
sealed class CharacterModel : TokenModel
{
    readonly WrittenTokens _tokens;
    readonly Dictionary<Rune, int> _idOfCharacter = [];
    readonly int[]? _idOfByte;
    readonly PairTable _pairs;
    readonly Options _options;

    /// <summary>The switches of the model in tokenizer.json; <c>Unknown</c> is the id for characters that have neither token nor bytes.</summary>
    public sealed record Options(int? Unknown, bool FusesUnknown, bool FallsBackToBytes, bool WholePiecesFirst);

    public CharacterModel(WrittenTokens tokens, PairTable pairs, Options options)
    {
        (_tokens, _pairs, _options) = (tokens, pairs, options);
        foreach ((string token, int id) in tokens.Ids)
            if (Rune.TryGetRuneAt(token, 0, out Rune rune) && rune.Utf16SequenceLength == token.Length)
                _idOfCharacter[rune] = id;
        if (options.FallsBackToBytes)
            _idOfByte = [.. Enumerable.Range(0, 256).Select(value => tokens.Find(ByteToken((byte)value)) ?? -1)];
    }

    public override int Count => _tokens.Count;

    public override string Written(int id) => _tokens.Written(id);

    public override int? Find(string written) => _tokens.Find(written);

    /// <summary>How vocabularies write the token of a byte: &lt;0x0A&gt;.</summary>
    public static string ByteToken(byte value) => "<0x" + value.ToString("X2", CultureInfo.InvariantCulture) + ">";

    public override void Encode(Piece piece, EncodingRun run)
    {
        bool isCacheable = piece.Text.Length <= PieceCache.LongestPiece && !run.WantsSpans;
        if (isCacheable && run.Cache.TryAppend(piece.Text, run))
            return;

        int before = run.Count;
        if (_options.WholePiecesFirst && Find(piece.Text.ToString()) is int whole)
            run.Add(whole, piece.Origin(0), piece.Origin(piece.Text.Length));
        else
            EncodeCharacters(piece, run);
        if (isCacheable)
            run.Cache.Set(piece.Text, run.Ids[before..]);
    }

    void EncodeCharacters(Piece piece, EncodingRun run)
    {
        // At most three bytes, so three symbols, per UTF-16 unit.
        int most = 3 * piece.Text.Length;
        var symbols = new SymbolRow(run.Merger.Symbols(most), run.WantsSpans ? new (int, int)[most] : null);
        (int Start, int End)? unknown = null; // characters that wait to become one unknown token
        Span<byte> bytes = stackalloc byte[4];
        for (int index = 0; index < piece.Text.Length; )
        {
            Rune.DecodeFromUtf16(piece.Text[index..], out Rune rune, out int units);
            (int Start, int End) place = (index, index + units);
            index += units;
            if (_idOfCharacter.TryGetValue(rune, out int id))
            {
                symbols.AddUnknown(ref unknown, _options.Unknown);
                symbols.Add(id, place);
            }
            else if (HasBytes(bytes[..rune.EncodeToUtf8(bytes)]))
            {
                foreach (byte value in bytes[..rune.Utf8SequenceLength])
                    symbols.Add(_idOfByte![value], place);
            }
            else if (_options.Unknown is not null)
            {
                if (!_options.FusesUnknown)
                    symbols.AddUnknown(ref unknown, _options.Unknown);
                unknown = (unknown?.Start ?? place.Start, place.End);
            }
        }
        symbols.AddUnknown(ref unknown, _options.Unknown);

        run.Merger.Merge(_pairs, symbols.Count);
        for (int i = 0; i < symbols.Count; i = run.Merger.Next(i))
        {
            run.Add(run.Merger.TokenAt(i));
            if (symbols.Places is { } places)
                run.SetSpan(run.Count - 1, piece.Origin(places[i].Start), piece.Origin(places[run.Merger.Next(i) - 1].End));
        }
    }

    bool HasBytes(ReadOnlySpan<byte> bytes)
    {
        if (_idOfByte is null)
            return false;
        foreach (byte value in bytes)
            if (_idOfByte[value] < 0)
                return false;
        return true;
    }

    /// <summary>The symbols of a piece before merging, with their places if they are wanted.</summary>
    ref struct SymbolRow(Span<int> ids, (int Start, int End)[]? places)
    {
        readonly Span<int> _ids = ids;

        public readonly (int Start, int End)[]? Places => places;

        public int Count { get; private set; }

        public void Add(int id, (int Start, int End) place)
        {
            if (places is not null)
                places[Count] = place;
            _ids[Count++] = id;
        }

        /// <summary>Adds the unknown token for what waits for it.</summary>
        public void AddUnknown(ref (int Start, int End)? waiting, int? id)
        {
            if (waiting is not { } place)
                return;
            Add(id!.Value, place);
            waiting = null;
        }
    }
}
