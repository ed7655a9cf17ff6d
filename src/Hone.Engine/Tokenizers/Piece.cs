namespace Hone.Engine.Tokenizers;

/// <summary>A part of the (normalized) text on its way to the model, which remembers where it came from.</summary>
readonly ref struct Piece(ReadOnlySpan<char> text, int start, int[]? origins)
{
    public ReadOnlySpan<char> Text { get; } = text;

    /// <summary>Where the piece stands in the text it was cut from.</summary>
    public int Start { get; } = start;

    /// <summary>For each character of that text, and for its end, the position in the caller's text; null where they are the same.</summary>
    public int[]? Origins { get; } = origins;

    public Piece Slice(int from, int to) => new(Text[from..to], Start + from, Origins);

    /// <summary>The position in the caller's text of character <paramref name="index"/> of this piece, or of its end.</summary>
    public int Origin(int index) => Origins is null ? Start + index : Origins[Start + index];
}
