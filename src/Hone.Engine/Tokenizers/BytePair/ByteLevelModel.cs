using System.Text;

namespace Hone.Engine.Tokenizers.BytePair;

/// <summary>Byte-pair encoding whose symbols are the bytes of the text in UTF-8.</summary>
sealed class ByteLevelModel : TokenModel
{
    readonly Vocabulary _vocabulary;
    readonly PairTable _pairs;
    readonly BoundaryEncoder _encoder;
    readonly int[] _tokenOfByte = new int[256];
    readonly bool _mayBeWhole;
    readonly bool _hasEveryByte;

    /// <param name="wholePiecesFirst">A piece that is a token stays whole, whatever the merges say: `ignore_merges`, and tiktoken's way.</param>
    public ByteLevelModel(Vocabulary vocabulary, PairTable pairs, bool wholePiecesFirst)
    {
        (_vocabulary, _pairs) = (vocabulary, pairs);
        for (int value = 0; value < 256; value++)
            _tokenOfByte[value] = vocabulary.Find([(byte)value]);
        _hasEveryByte = !_tokenOfByte.Contains(-1);
        _encoder = new BoundaryEncoder(vocabulary, pairs, _tokenOfByte);
        // A token that the merges make is found by them too.
        _mayBeWhole = wholePiecesFirst && Enumerable.Range(0, vocabulary.Count).Any(id => vocabulary.Length(id) > 0 && !(_encoder.IsExact && _encoder.IsReachable(id)));
    }

    public override int Count => _vocabulary.Count;

    /// <summary>The bytes of a token; empty for an id without one.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => (uint)id < (uint)_vocabulary.Count ? _vocabulary.Bytes(id) : [];

    public override string Written(int id) => ByteAlphabet.FromBytes(Bytes(id));

    public override int? Find(string written)
    {
        int id = ByteAlphabet.ToBytes(written) is { } bytes ? _vocabulary.Find(bytes) : -1;
        return id < 0 ? null : id;
    }

    /// <summary>The id of the token that stands for exactly this text.</summary>
    public int? FindText(string text)
    {
        int id = _vocabulary.Find(Encoding.UTF8.GetBytes(text));
        return id < 0 ? null : id;
    }

    public override void Encode(Piece piece, EncodingRun run)
    {
        int before = run.Count;
        if (piece.Text.Length > PieceCache.LongestPiece)
        {
            EncodeBytes(run.ToUtf8(piece.Text), run);
        }
        else if (!run.Cache.TryAppend(piece.Text, run))
        {
            EncodeBytes(run.ToUtf8(piece.Text), run);
            run.Cache.Set(piece.Text, run.Ids[before..]);
        }

        if (run.WantsSpans)
            SetSpans(piece, run, before);
    }

    void EncodeBytes(ReadOnlySpan<byte> bytes, EncodingRun run)
    {
        if (_mayBeWhole && _vocabulary.Find(bytes) is >= 0 and int whole)
        {
            run.Add(whole);
            return;
        }

        // A byte that the vocabulary lacks is dropped, as Hugging Face's tokenizers do without an unknown token.
        if (!_hasEveryByte)
            bytes = bytes.ToArray().Where(value => _tokenOfByte[value] >= 0).ToArray();
        if (_encoder.IsExact)
            _encoder.Encode(bytes, run);
        else
            MergeBytes(bytes, run);
    }

    void MergeBytes(ReadOnlySpan<byte> bytes, EncodingRun run)
    {
        Span<int> symbols = run.Merger.Symbols(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
            symbols[i] = _tokenOfByte[bytes[i]];
        run.Merger.Merge(_pairs, bytes.Length);
        for (int i = 0; i < bytes.Length; i = run.Merger.Next(i))
            run.Add(run.Merger.TokenAt(i));
    }

    /// <summary>Walks along the characters with the bytes of the tokens; a token within a character spans all of it.</summary>
    void SetSpans(Piece piece, EncodingRun run, int firstToken)
    {
        int character = 0;
        int bytesDone = 0; // of the token's text, before `character`
        int bytesSeen = 0;
        for (int token = firstToken; token < run.Count; token++)
        {
            int first = character;
            bytesSeen += _vocabulary.Bytes(run.Ids[token]).Length;
            int end = character;
            while (end < piece.Text.Length && bytesDone < bytesSeen)
            {
                Rune.DecodeFromUtf16(piece.Text[end..], out Rune rune, out int units);
                if (bytesDone + rune.Utf8SequenceLength <= bytesSeen)
                {
                    bytesDone += rune.Utf8SequenceLength;
                    character = end + units;
                }
                end += units;
                if (character < end)
                    break;
            }
            run.SetSpan(token, piece.Origin(first), piece.Origin(end));
        }
    }
}
