using Hone.Engine;
using Hone.Engine.Embedding;

namespace Hone.Data.Embedding;

/// <summary>The vectors of a few texts.</summary>
public static class TextVectors
{
    /// <param name="prompt">What the model wants before each; null for its default.</param>
    /// <returns>Each of length 1.</returns>
    /// <exception cref="HoneException">A text is empty, or longer than the model reads where that is not allowed for.</exception>
    public static float[][] Of(EmbeddingModel model, IReadOnlyList<string> texts, string? prompt = null, TooLong tooLong = TooLong.Error, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        string before = (prompt is null ? model.DefaultPrompt : model.Prompts[prompt]) ?? "";
        return model.Embed([.. texts.Select(text => text.Length == 0 ? [] : model.Tokenizer.Encode(before + text, addSpecial: false))], tooLong, cancel);
    }
}
