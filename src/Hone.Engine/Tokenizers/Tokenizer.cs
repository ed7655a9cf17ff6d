using System.Text;
using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Components;

namespace Hone.Engine.Tokenizers;

/// <summary>Turns text into tokens and back, exactly as the model was trained. Safe to use from several threads.</summary>
public sealed class Tokenizer
{
    readonly TokenizerParts _parts;
    readonly AddedTokens _rawTokens;
    readonly AddedTokens _normalizedTokens;
    readonly Dictionary<int, AddedToken> _addedById = [];
    readonly Dictionary<string, int> _addedByContent = new(StringComparer.Ordinal);
    readonly byte[]?[] _bytes;
    readonly EncodingRun?[] _idle = new EncodingRun?[Environment.ProcessorCount];

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        foreach (AddedToken token in parts.AddedTokens)
        {
            _addedById[token.Id] = token;
            _addedByContent[token.Content] = token.Id;
        }

        _rawTokens = new AddedTokens(parts.AddedTokens.Where(token => !token.IsNormalized || parts.Normalizer is null), token => token.Content);
        _normalizedTokens = new AddedTokens(
            parts.AddedTokens.Where(token => token.IsNormalized && parts.Normalizer is not null),
            token => parts.Normalizer!.Apply(token.Content)
        );
        VocabSize = parts.AddedTokens.Select(token => token.Id + 1).Append(parts.Model.Count).Max();
        _bytes = new byte[VocabSize][];
        SpecialIds = parts.AddedTokens.Where(token => token.IsSpecial).Select(token => token.Id).ToHashSet();
        BeginId = parts.Settings.BeginToken is { } begin ? TokenId(begin) : null;
        EndId = parts.Settings.EndToken is { } end ? TokenId(end) : null;
        PaddingId = parts.Settings.PaddingToken is { } padding ? TokenId(padding) : null;
    }

    /// <summary>One more than the highest id.</summary>
    public int VocabSize { get; }

    /// <summary>The ids of the special tokens: those that are control, not text.</summary>
    public IReadOnlySet<int> SpecialIds { get; }

    /// <summary>The token that begins a text (bos), where tokenizer_config.json names one.</summary>
    public int? BeginId { get; }

    /// <summary>The token that ends a text (eos), where tokenizer_config.json names one.</summary>
    public int? EndId { get; }

    /// <summary>The token for padding, where tokenizer_config.json names one.</summary>
    public int? PaddingId { get; }

    /// <summary>Loads the tokenizer of a model in Hugging Face layout.</summary>
    /// <param name="path">The model's folder, or its tokenizer.json.</param>
    public static Tokenizer Load(string path) => new(TokenizerFile.Read(Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path));

    /// <summary>The tokenizer of one of OpenAI's encodings, by its name in tiktoken.</summary>
    public static Tokenizer Tiktoken(string encoding) => RankTable.Load(encoding);

    /// <summary>The names that <see cref="Tiktoken"/> knows.</summary>
    public static IReadOnlyList<string> TiktokenEncodings => RankTable.Encodings;

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text; half a surrogate pair becomes U+FFFD.</param>
    /// <param name="addSpecial">Whether the tokens that the model wants around a text (such as bos) are added.</param>
    /// <param name="allowSpecial">Whether text that spells a special token becomes that token. Never for text that a user wrote.</param>
    public int[] Encode(string text, bool addSpecial = true, bool allowSpecial = false)
    {
        EncodingRun run = Begin(text, wantsSpans: false);
        Encode(text, addSpecial, (token, _, _) => allowSpecial || !token.IsSpecial, run);
        int[] ids = run.Ids.ToArray();
        Return(run);
        return ids;
    }

    /// <summary>The tokens of a text with those that the model wants around a text (such as bos), as <see cref="Encode(string, bool, bool)"/> adds them.</summary>
    public int[] WithAddedTokens(ReadOnlySpan<int> text) => [.. _parts.Before, .. text, .. _parts.After];

    /// <summary>How many tokens <see cref="Encode(string, bool, bool)"/> returns.</summary>
    public int Count(string text, bool addSpecial = true, bool allowSpecial = false)
    {
        EncodingRun run = Begin(text, wantsSpans: false);
        Encode(text, addSpecial, (token, _, _) => allowSpecial || !token.IsSpecial, run);
        int count = run.Count;
        Return(run);
        return count;
    }

    /// <summary>The tokens of a text with the characters that each stands for. Special tokens are recognised, except in user content.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Whether the tokens that the model wants around a text (such as bos) are added.</param>
    /// <param name="userContent">Ranges of the text in which the text of a special token stays ordinary text; null for none.</param>
    public TokenSpan[] EncodeSpans(string text, bool addSpecial = true, IReadOnlyList<(int Start, int End)>? userContent = null)
    {
        EncodingRun run = Begin(text, wantsSpans: true);
        Encode(
            text,
            addSpecial,
            (token, start, end) => !token.IsSpecial || userContent is null || !userContent.Any(range => start < range.End && range.Start < end),
            run
        );
        TokenSpan[] spans = run.ToSpans();
        Return(run);
        return spans;
    }

    /// <summary>The text of tokens; bytes that are no UTF-8 become U+FFFD, ids without a token nothing.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = true)
    {
        if (_parts.DecodesBytes)
        {
            var bytes = new List<byte>(4 * ids.Length);
            foreach (int id in ids)
                if (!(skipSpecial && SpecialIds.Contains(id)))
                    bytes.AddRange(TokenBytes(id));
            return Encoding.UTF8.GetString([.. bytes]);
        }

        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
            if (!(skipSpecial && SpecialIds.Contains(id)) && Written(id) is { Length: > 0 } written)
                tokens.Add(written);
        return string.Concat(_parts.Decoder.Aggregate(tokens, (list, step) => step.Apply(list)));
    }

    /// <summary>A decoder for tokens that arrive one by one.</summary>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    /// <param name="continues">Whether the tokens continue a text, so that a space before the first word is part of it.</param>
    /// <param name="shown">Special tokens that are not left out; null for none.</param>
    public StreamingDecoder Stream(bool skipSpecial = true, bool continues = false, IReadOnlySet<int>? shown = null) => new(this, skipSpecial, continues, shown ?? new HashSet<int>());

    /// <summary>The id of a token: an added token by its content, another one by its text or as the vocabulary writes it.</summary>
    public int? TokenId(string text) =>
        _addedByContent.TryGetValue(text, out int id) ? id : _parts.Model.Find(text) ?? (_parts.Model as ByteLevelModel)?.FindText(text);

    /// <summary>The text that a token stands for within a text; U+FFFD where it holds part of a character only.</summary>
    public string TokenText(int id) => Encoding.UTF8.GetString(TokenBytes(id));

    /// <summary>The bytes of UTF-8 that a token stands for within a text; none for an id without a token.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id)
    {
        if ((uint)id >= (uint)VocabSize)
            return [];
        if (_parts.DecodesBytes && !_addedById.ContainsKey(id))
            return ((ByteLevelModel)_parts.Model).Bytes(id);
        return _bytes[id] ??= BytesOf(Written(id));
    }

    string Written(int id) => _addedById.TryGetValue(id, out AddedToken? added) ? added.Content : _parts.Model.Written(id);

    byte[] BytesOf(string written)
    {
        if (_parts.DecodesBytes)
            return ByteLevelDecoder.Bytes(written);
        if (ByteFallbackDecoder.ByteOf(written) is byte value && _parts.Decoder.Any(step => step is ByteFallbackDecoder))
            return [value];

        // A first token takes what decoders do to the start of a text.
        List<DecoderStep> steps = [.. _parts.Decoder.Where(step => !step.IsForTextStart && step is not (FuseDecoder or SpaceJoinDecoder))];
        List<string> tokens = steps.Aggregate(new List<string> { "", written }, (list, step) => step.Apply(list));
        return Encoding.UTF8.GetBytes(tokens[^1]);
    }

    EncodingRun Begin(string text, bool wantsSpans)
    {
        EncodingRun run = TakeIdle() ?? new EncodingRun();
        run.Begin(text.Length, wantsSpans);
        return run;
    }

    // A run knows pieces that came before, and a thread mostly stays on its core.
    EncodingRun? TakeIdle()
    {
        int first = Thread.GetCurrentProcessorId();
        for (int i = 0; i < _idle.Length; i++)
            if (Interlocked.Exchange(ref _idle[(uint)(first + i) % (uint)_idle.Length], null) is { } run)
                return run;
        return null;
    }

    void Return(EncodingRun run)
    {
        run.End();
        int first = Thread.GetCurrentProcessorId();
        for (int i = 0; i < _idle.Length; i++)
            if (Interlocked.CompareExchange(ref _idle[(uint)(first + i) % (uint)_idle.Length], run, null) is null)
                return;
    }

    void Encode(string text, bool addSpecial, Func<AddedToken, int, int, bool> isAllowed, EncodingRun run)
    {
        if (addSpecial)
            foreach (int id in _parts.Before)
                run.Add(id, 0, 0);

        int done = 0;
        while (!_rawTokens.IsEmpty && _rawTokens.FindNext(text, done, isAllowed) is { } found)
        {
            EncodeText(text, done, found.Start, isAllowed, run);
            run.Add(found.Token.Id, found.Start, found.End);
            done = found.End;
        }
        EncodeText(text, done, text.Length, isAllowed, run);

        if (addSpecial)
            foreach (int id in _parts.After)
                run.Add(id, text.Length, text.Length);
    }

    void EncodeText(string text, int start, int end, Func<AddedToken, int, int, bool> isAllowed, EncodingRun run)
    {
        if (start == end)
            return;
        run.IsAtTextStart = start == 0;
        if (_parts.Normalizer is null)
        {
            Cut(new Piece(text.AsSpan(start, end - start), start, null), run);
            return;
        }

        AlignedText normalized = _parts.Normalizer.Apply(new AlignedText(text[start..end], null), run.WantsSpans);
        int[]? origins = normalized.Origins;
        for (int i = 0; i < origins?.Length; i++)
            origins[i] += start;
        var whole = new Piece(normalized.Text, origins is null ? start : 0, origins);

        int done = 0;
        while (!_normalizedTokens.IsEmpty && _normalizedTokens.FindNext(whole.Text, done, isAllowed) is { } found)
        {
            Cut(whole.Slice(done, found.Start), run);
            run.Add(found.Token.Id, whole.Origin(found.Start), whole.Origin(found.End));
            (done, run.IsAtTextStart) = (found.End, false);
        }
        Cut(whole.Slice(done, whole.Text.Length), run);
    }

    void Cut(Piece piece, EncodingRun run)
    {
        if (piece.Text.Length == 0)
            return;
        if (_parts.PreTokenizer is null)
            _parts.Model.Encode(piece, run);
        else
            _parts.PreTokenizer.Cut(piece, run);
    }
}
