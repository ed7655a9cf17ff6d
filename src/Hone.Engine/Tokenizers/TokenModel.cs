namespace Hone.Engine.Tokenizers;

/// <summary>What turns a piece of text into tokens: the last step of encoding.</summary>
abstract class TokenModel
{
    /// <summary>One more than the highest id.</summary>
    public abstract int Count { get; }

    /// <summary>Appends the tokens of a piece to the run's output.</summary>
    public abstract void Encode(Piece piece, EncodingRun run);

    /// <summary>The token as the vocabulary file writes it; empty for an id without a token.</summary>
    public abstract string Written(int id);

    /// <summary>The id of a token as the vocabulary file writes it.</summary>
    public abstract int? Find(string written);
}
