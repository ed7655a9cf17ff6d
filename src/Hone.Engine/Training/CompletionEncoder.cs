using Hone.Engine.Tokenizers;

namespace Hone.Engine.Training;

/// <summary>
/// A prompt and its completion as plain text, one after the other, with the end token behind them: as /v1/completions continues a prompt.
/// No chat template is applied, not even for a chat model; nothing in the text is a special token; the completion and the end carry loss.
/// </summary>
public sealed class CompletionEncoder(Tokenizer tokenizer, int? endId)
{
    /// <summary>The tokens after which the model writes the completion.</summary>
    public int[] EncodePrompt(string prompt) => [.. Encode(prompt).Select(token => token.Id)];

    public EncodedExample Encode(string prompt, string completion)
    {
        TokenSpan[] promptTokens = Encode(prompt);
        TokenSpan[] tokens = Encode(prompt + completion);
        if (!tokens.Take(promptTokens.Length).SequenceEqual(promptTokens))
            tokens = [.. promptTokens, .. Continued(completion, prompt.Length)];

        string text = prompt + completion;
        if (endId is { } end)
        {
            string written = tokenizer.TokenText(end);
            tokens = [.. tokens, new TokenSpan(end, text.Length, text.Length + written.Length)];
            text += written;
        }

        float[] weights = new float[tokens.Length];
        Array.Fill(weights, 1, promptTokens.Length, tokens.Length - promptTokens.Length);
        return new EncodedExample(text, tokens, weights);
    }

    TokenSpan[] Encode(string text) => BeginToken.Once(tokenizer, tokenizer.EncodeSpans(text, addSpecial: true, [(0, text.Length)]));

    // Where a token would span the border, the completion starts with a token of its own: the prompt is encoded alone when the model is asked.
    IEnumerable<TokenSpan> Continued(string completion, int offset) =>
        tokenizer
            .EncodeSpans(completion, addSpecial: false, [(0, completion.Length)])
            .Select(token => new TokenSpan(token.Id, token.Start + offset, token.End + offset));
}
