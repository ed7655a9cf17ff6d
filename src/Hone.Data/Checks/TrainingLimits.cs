namespace Hone.Data.Checks;

/// <summary>What a training file must keep to before it is trained on.</summary>
/// <param name="ContextTokens">The most tokens of one example: the model's context.</param>
public sealed record TrainingLimits(int ContextTokens)
{
    public int MinimumExamples { get; init; } = 10;

    /// <summary>The most tokens of the whole file.</summary>
    public long MaximumTokens { get; init; } = 50_000_000;
}
