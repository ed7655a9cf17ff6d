using Hone.Engine;
using Hone.Engine.Embedding;

namespace Hone.Data.Embedding;

/// <summary>The vectors of a few texts.</summary>
public static class TextVectors
{
    /// <summary>What models call the prompt of what is looked for.</summary>
    public const string QueryPrompt = "query";

    /// <param name="prompt">What the model wants before each; null for its default.</param>
    /// <returns>Each of length 1.</returns>
    /// <exception cref="HoneException">A text is empty, or longer than the model reads where that is not allowed for.</exception>
    public static float[][] Of(EmbeddingModel model, IReadOnlyList<string> texts, string? prompt = null, TooLong tooLong = TooLong.Error, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        return model.Embed(Tokens(model, texts, prompt), tooLong, cancel);
    }

    /// <summary>The texts as the model reads them, without the tokens that its tokenizer adds; an empty text has none.</summary>
    public static int[][] Tokens(EmbeddingModel model, IReadOnlyList<string> texts, string? prompt)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        string before = (prompt is null ? model.DefaultPrompt : model.Prompts[prompt]) ?? "";
        return [.. texts.Select(text => text.Length == 0 ? [] : model.Tokenizer.Encode(before + text, addSpecial: false))];
    }
}
