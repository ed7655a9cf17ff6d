using Hone.Data.Analysis;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Quality;

/// <summary>What the checks are told.</summary>
public sealed record QualityOptions
{
    /// <summary>The share of answers that are to refuse, from 0 to 1; null where the user did not say.</summary>
    public double? ExpectedRefusals { get; init; }

    /// <summary>The columns of the annotators; empty to recognise them.</summary>
    public IReadOnlyList<string> Annotators { get; init; } = [];

    /// <summary>How the user had the files read and judged, as on the command line with a space before each option: for the commands that findings advise.</summary>
    public string CommandOptions { get; init; } = "";

    /// <summary>From which Jaccard similarity on two texts are nearly the same.</summary>
    public double Similarity { get; init; } = NearDuplicates.DefaultSimilarity;

    /// <summary>Turns texts, none of them empty, into vectors of length 1: then prompts that say the same in other words are compared too.</summary>
    public Func<IReadOnlyList<string>, float[][]>? Embed { get; init; }

    /// <summary>From which cosine of their vectors on two texts say the same.</summary>
    public double Cosine { get; init; } = SemanticRepeats.DefaultSimilarity;
}
