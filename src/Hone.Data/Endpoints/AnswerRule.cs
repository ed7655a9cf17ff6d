namespace Hone.Data.Endpoints;

/// <summary>Which answers are taken, and what is said to a model that gave another.</summary>
/// <param name="Accept">The answer as it is kept; null where it is not taken.</param>
/// <param name="Correction">What the model is told before it tries again.</param>
public sealed record AnswerRule(Func<string, string?> Accept, string Correction)
{
    /// <summary>How often a question is asked before it stays unanswered.</summary>
    public int Tries { get; init; } = 3;
}
