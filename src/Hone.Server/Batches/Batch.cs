using System.Text.Json.Serialization;

namespace Hone.Server.Batches;

/// <summary>Many requests in a file, answered into a file within a day.</summary>
public sealed record Batch
{
    public const string Validating = "validating";
    public const string Failed = "failed";
    public const string InProgress = "in_progress";
    public const string Finalizing = "finalizing";
    public const string Completed = "completed";
    public const string Expired = "expired";
    public const string Cancelling = "cancelling";
    public const string Cancelled = "cancelled";

    public required string Id { get; init; }

    public required string Organisation { get; init; }

    public required string Project { get; init; }

    /// <summary>The role and the key that made it: its requests are made in their name.</summary>
    public required string Role { get; init; }

    public string? Key { get; init; }

    public required string Endpoint { get; init; }

    public required string InputFile { get; init; }

    public required string Status { get; init; }

    /// <summary>The one model of all its requests; null until they have been read.</summary>
    public string? Model { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? InProgressAt { get; init; }

    public DateTimeOffset? FinalizingAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    public DateTimeOffset? ExpiredAt { get; init; }

    public DateTimeOffset? CancellingAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>What is wrong with the input; null unless it failed.</summary>
    public IReadOnlyList<BatchError>? Errors { get; init; }

    public string? OutputFile { get; init; }

    public string? ErrorFile { get; init; }

    public BatchCounts Counts { get; init; } = new(0, 0, 0);

    public BatchUsage Usage { get; init; } = new();

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>How long its output is kept; null for ever.</summary>
    public long? OutputSeconds { get; init; }

    [JsonIgnore]
    public bool IsFinal => Status is Failed or Completed or Expired or Cancelled;

    internal BatchView ToView() =>
        new(
            Id, Endpoint, Model, Errors is null ? null : new BatchErrors(Errors), InputFile, "24h", Status, OutputFile, ErrorFile, CreatedAt, InProgressAt, ExpiresAt, FinalizingAt, CompletedAt, FailedAt,
            ExpiredAt, CancellingAt, CancelledAt, Counts, Usage, Metadata);
}

/// <summary>A problem of the input.</summary>
/// <param name="Line">From 1; null when it concerns the whole file.</param>
public sealed record BatchError(string Code, string Message, string? Param, int? Line);

/// <summary>How many requests there are, were answered, and were refused.</summary>
public sealed record BatchCounts(int Total, int Completed, int Failed);

/// <summary>The tokens of all requests.</summary>
public sealed record BatchUsage
{
    public long InputTokens { get; init; }

    public CachedTokens InputTokensDetails { get; init; } = new(0);

    public long OutputTokens { get; init; }

    public ReasoningTokens OutputTokensDetails { get; init; } = new(0);

    public long TotalTokens { get; init; }

    public sealed record CachedTokens([property: JsonPropertyName("cached_tokens")] long Count);

    public sealed record ReasoningTokens([property: JsonPropertyName("reasoning_tokens")] long Count);
}

/// <summary>The problems of an input as a list.</summary>
sealed record BatchErrors(IReadOnlyList<BatchError> Data)
{
    public string Object { get; } = "list";
}

/// <summary>A batch as the HTTP interface shows it.</summary>
sealed record BatchView(
    string Id, string Endpoint, string? Model, BatchErrors? Errors, string InputFileId, string CompletionWindow, string Status, string? OutputFileId, string? ErrorFileId, DateTimeOffset CreatedAt,
    DateTimeOffset? InProgressAt, DateTimeOffset ExpiresAt, DateTimeOffset? FinalizingAt, DateTimeOffset? CompletedAt, DateTimeOffset? FailedAt, DateTimeOffset? ExpiredAt, DateTimeOffset? CancellingAt,
    DateTimeOffset? CancelledAt, BatchCounts RequestCounts, BatchUsage Usage, IReadOnlyDictionary<string, string>? Metadata)
{
    public string Object { get; } = "batch";
}
