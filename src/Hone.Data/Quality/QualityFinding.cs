using Hone.Data.Formats;

namespace Hone.Data.Quality;

/// <summary>Something about a file as a whole that makes a model trained on it worse, and what to do about it.</summary>
/// <param name="Code">A word for programs, the same in every version.</param>
/// <param name="What">What is the matter, in the user's language.</param>
/// <param name="Fix">What to do.</param>
public sealed record QualityFinding(string Code, QualityArea Area, string What, string Fix)
{
    /// <summary>How many places a finding shows.</summary>
    internal const int MostShown = 5;

    /// <summary>An error makes the file unfit for training: it would teach nothing, or what must not be taught.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>How many examples are concerned.</summary>
    public required int Examples { get; init; }

    /// <summary>Out of how many.</summary>
    public required int Of { get; init; }

    /// <summary>What it costs if every example is concerned, from 0 to 100.</summary>
    public required int Weight { get; init; }

    /// <summary>The first places where it shows.</summary>
    public IReadOnlyList<QualityPlace> Places { get; init; } = [];

    /// <summary>Rows whose prompt and answer are the places, by their index: read again in the end.</summary>
    internal IReadOnlyList<int> Rows { get; init; } = [];

    public double Share => Of == 0 ? 0 : (double)Examples / Of;

    /// <summary>What it costs: weight · √share, so that a tenth of the examples costs a third of the weight.</summary>
    public double Penalty => Weight * Math.Sqrt(Share);

    /// <summary>The points that it takes off the score of its area: what it costs, rounded, 1 at least and not more than worse findings have left.</summary>
    public int Deduction { get; init; }
}

/// <summary>Where a finding shows.</summary>
/// <param name="Line">The line in its file, from 1.</param>
/// <param name="Excerpt">The words in question, on one line, personal data masked.</param>
public sealed record QualityPlace(DataPart Part, int Line, string Excerpt);
