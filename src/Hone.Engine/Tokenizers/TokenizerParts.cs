using Hone.Engine.Tokenizers.BytePair;
using Hone.Engine.Tokenizers.Components;

namespace Hone.Engine.Tokenizers;

/// <summary>What a tokenizer is made of.</summary>
sealed record TokenizerParts
{
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required TokenModel Model { get; init; }

    public Normalizer? Normalizer { get; init; }

    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>The tokens that the post-processor puts before a text.</summary>
    public IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>The tokens that the post-processor puts after a text.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    public required IReadOnlyList<DecoderStep> Decoder { get; init; }

    public TokenizerSettings Settings { get; init; } = TokenizerSettings.None;

    /// <summary>Whether decoding is joining the bytes of the tokens.</summary>
    public bool DecodesBytes => Model is ByteLevelModel && Decoder is [ByteLevelDecoder];
}
