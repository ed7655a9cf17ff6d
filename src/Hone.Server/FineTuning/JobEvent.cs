namespace Hone.Server.FineTuning;

/// <summary>Something that happened to a job.</summary>
public sealed record JobEvent
{
    public const string Info = "info";
    public const string Warn = "warn";
    public const string Error = "error";

    /// <summary>Counts up over all events.</summary>
    public long Sequence { get; init; }

    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>info, warn or error.</summary>
    public string Level { get; init; } = Info;

    public required string Message { get; init; }

    /// <summary>Of metrics: the update they are of. There is one event for each.</summary>
    public int? Step { get; init; }

    /// <summary>A JSON object, or null.</summary>
    public string? Data { get; init; }
}
