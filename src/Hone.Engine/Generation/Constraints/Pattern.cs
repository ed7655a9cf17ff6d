namespace Hone.Engine.Generation.Constraints;

/// <summary>A part of a regular expression: a language of texts, character by character.</summary>
abstract record Pattern
{
    /// <summary>Any text.</summary>
    public static Pattern Anything { get; } = new AnythingPattern();

    /// <summary>One character of a set.</summary>
    public sealed record Set(IReadOnlyList<(int First, int Last)> Ranges) : Pattern;

    /// <summary>One part after the other.</summary>
    public sealed record Sequence(IReadOnlyList<Pattern> Items) : Pattern;

    /// <summary>One of the parts.</summary>
    public sealed record Choice(IReadOnlyList<Pattern> Items) : Pattern;

    /// <summary>A part several times; <see cref="int.MaxValue"/> for any number.</summary>
    public sealed record Repeat(Pattern Item, int Min, int Max) : Pattern;

    sealed record AnythingPattern : Pattern;
}

/// <summary>An alternative of a whole regular expression.</summary>
/// <param name="Body">All of the text: what may stand before and behind a part that is not anchored is in it.</param>
/// <param name="Wanted">What the text must be, too (look-ahead at its beginning).</param>
/// <param name="Unwanted">What it must not be (negative look-ahead at its beginning).</param>
sealed record PatternBranch(Pattern Body, IReadOnlyList<Pattern> Wanted, IReadOnlyList<Pattern> Unwanted)
{
    public bool LooksAhead => Wanted.Count + Unwanted.Count > 0;
}
