using Hone.Engine.Checkpoints;
using Hone.Server.Http;

namespace Hone.Server.Inference;

/// <summary>Tokens of the texts of a request.</summary>
static class TokenFields
{
    /// <summary>The tokens of a text, all of which the model's weights have.</summary>
    /// <exception cref="ApiError">400: a token is the tokenizer's alone.</exception>
    public static int[] Known(int[] tokens, ModelConfig config, string param)
    {
        int unknown = Array.FindIndex(tokens, id => id >= config.VocabSize);
        return unknown < 0
            ? tokens
            : throw ApiError.Invalid(FormattableString.Invariant($"A text has the token {tokens[unknown]}, which this model's weights do not have: theirs are 0 to {config.VocabSize - 1} - '{param}'"), param);
    }
}
