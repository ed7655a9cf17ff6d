namespace Hone.Data.Endpoints;

/// <summary>Tokens that an endpoint bills: those it read and those it wrote.</summary>
public readonly record struct TokensSpent(long Prompt, long Completion)
{
    public long Total => Prompt + Completion;

    public static TokensSpent operator +(TokensSpent one, TokensSpent other) => new(one.Prompt + other.Prompt, one.Completion + other.Completion);

    public static TokensSpent operator -(TokensSpent one, TokensSpent other) => new(one.Prompt - other.Prompt, one.Completion - other.Completion);
}
