namespace Hone.Engine.Tokenizers.Training;

/// <summary>What a vocabulary is trained for.</summary>
public sealed record VocabularyTraining
{
    /// <summary>The number of tokens, special ones and the 256 bytes included.</summary>
    public required int Size { get; init; }

    /// <summary>Special tokens; they get the first ids, and the first of them ends a text.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>What stands between the documents of the corpus and is no part of them.</summary>
    public string DocumentSeparator { get; init; } = "<|endofdoc|>";

    /// <summary>Pairs that are rarer than this do not become tokens.</summary>
    public int MinimumCount { get; init; } = 2;

    /// <summary>The threads that count words.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal IReadOnlyList<string> Separators => [.. SpecialTokens.Append(DocumentSeparator).Where(text => text.Length > 0)];

    internal void Validate()
    {
        int least = 256 + SpecialTokens.Count;
        if (Size < least)
            throw new HoneException($"A vocabulary of {Size} tokens is too small: 256 bytes and {SpecialTokens.Count} special tokens need {least}.");
        if (SpecialTokens.Any(string.IsNullOrEmpty) || SpecialTokens.Distinct(StringComparer.Ordinal).Count() < SpecialTokens.Count)
            throw new HoneException("Each special token must be named once and must not be empty.");
    }
}
