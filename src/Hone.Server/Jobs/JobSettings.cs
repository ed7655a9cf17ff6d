namespace Hone.Server.Jobs;

/// <summary>The section <c>jobs</c> of the settings.</summary>
public sealed record JobSettings
{
    public const int MostAtOnce = 64;

    /// <summary>How many fine-tuning jobs may run at once.</summary>
    public int AtOnce { get; init; } = 1;
}
