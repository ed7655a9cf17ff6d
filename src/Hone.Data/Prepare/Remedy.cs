namespace Hone.Data.Prepare;

/// <summary>What a rule found in a frame, and what can be done about it.</summary>
/// <param name="Rule">The rule's name, the same in every language.</param>
public sealed record Remedy(string Rule)
{
    /// <summary>What there is to know.</summary>
    public required string Finding { get; init; }

    /// <summary>The rows that are meant, by their position in the frame, from 0; empty when it is all of them or none.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [];

    /// <summary>The lines of those rows in the file, from 1.</summary>
    public IReadOnlyList<int> Lines { get; init; } = [];

    /// <summary>A change without which the data is of no use: made at once, so that later rules see its result.</summary>
    public Fix? Necessary { get; init; }

    /// <summary>A change that the user may refuse: made after all rules have spoken.</summary>
    public Fix? Recommended { get; init; }
}

/// <summary>A change of the data and its description.</summary>
public sealed record Fix(string Description, Func<Frame, Frame> Apply);
