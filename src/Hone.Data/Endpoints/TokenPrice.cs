namespace Hone.Data.Endpoints;

/// <summary>What a million tokens cost, in whatever currency.</summary>
public readonly record struct TokenPrice(decimal PromptMillion, decimal CompletionMillion)
{
    const decimal Million = 1_000_000;

    public decimal Of(TokensSpent tokens) => (tokens.Prompt * PromptMillion + tokens.Completion * CompletionMillion) / Million;
}
