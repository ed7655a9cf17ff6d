namespace Hone.Data.Endpoints;

/// <summary>In what an endpoint's requests differ from the usual: learned from its first refusal.</summary>
/// <param name="SaysCompletionTokens">The limit is called <c>max_completion_tokens</c>: reasoning models refuse <c>max_tokens</c>, older servers know nothing else.</param>
/// <param name="HasFixedTemperature">No temperature but its own is accepted.</param>
sealed record EndpointDialect(bool SaysCompletionTokens, bool HasFixedTemperature)
{
    public static readonly EndpointDialect Usual = new(false, false);

    /// <summary>What a refused parameter teaches; null where it is nothing new.</summary>
    public EndpointDialect? After(string? refusedParameter) =>
        refusedParameter switch
        {
            "max_tokens" when !SaysCompletionTokens => this with { SaysCompletionTokens = true },
            "temperature" when !HasFixedTemperature => this with { HasFixedTemperature = true },
            _ => null,
        };
}
