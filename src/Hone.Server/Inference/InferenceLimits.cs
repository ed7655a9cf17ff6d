namespace Hone.Server.Inference;

/// <summary>How much the models of a server may use at once: <c>"inference"</c> of the settings. Beyond it requests wait, then they are turned away.</summary>
public sealed record InferenceLimits
{
    /// <summary>For weights, adapters, keys and values, and what is computed with them; of what the machine or its container has, more than half.</summary>
    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 6;

    /// <summary>Of that, for what the formats and tools of one base model's requests allow next: it is kept from token to token, and found again where it was dropped.</summary>
    public long ConstraintBytes { get; init; } = 64 << 20;

    /// <summary>Texts of one base model that are continued together.</summary>
    public int MaxRunning { get; init; } = 64;

    /// <summary>Texts of one base model that wait for their turn.</summary>
    public int MaxWaiting { get; init; } = 1024;
}
