namespace Hone.Server.Limits;

/// <summary>How much one key may ask for: <c>"limits"</c> of the settings.</summary>
public sealed record LimitSettings
{
    public long RequestsPerMinute { get; init; } = 60_000;

    /// <summary>Tokens of prompts and answers together.</summary>
    public long TokensPerMinute { get; init; } = 10_000_000;
}
