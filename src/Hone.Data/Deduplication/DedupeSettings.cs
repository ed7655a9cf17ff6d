using Hone.Data.Analysis;

namespace Hone.Data.Deduplication;

/// <summary>Which rows count as repeated.</summary>
public sealed record DedupeSettings
{
    /// <summary>Whether rows with the same instructions and prompt repeat one another, whatever they answer; else the whole rows must be the same.</summary>
    public bool ByPrompt { get; init; }

    /// <summary>From which similarity of their texts on rows repeat one another; null: only the same ones do.</summary>
    public double? Similarity { get; init; }

    /// <summary>With <see cref="Embed"/>: the column whose texts are compared, whatever else a row says; null for whole examples.</summary>
    public string? Column { get; init; }

    /// <summary>Turns texts, none of them empty, with the numbers of their rows in the file, from 1 on and rising (of pairs first those of all first texts, then those of all second ones), into vectors of length 1: then rows repeat one another whose cosine is at least <see cref="Similarity"/>, whatever their words.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<int>, Points>? Embed { get; init; }
}
