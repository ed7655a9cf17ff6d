namespace Hone.Server.VectorStores;

/// <summary>Files whose texts an organisation can search by meaning.</summary>
public sealed record VectorStore
{
    public required string Id { get; init; }

    public required string Organisation { get; init; }

    public string Name { get; init; } = "";

    public string? Description { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many days it is kept after it was last used; null for ever.</summary>
    public int? ExpiresAfterDays { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The id of the model that its vectors are made with.</summary>
    public required string Model { get; init; }

    public DateTimeOffset? ExpiresAt(DateTimeOffset lastActiveAt) => ExpiresAfterDays is { } days ? lastActiveAt + TimeSpan.FromDays(days) : null;

    internal VectorStoreView ToView(DateTimeOffset lastActiveAt, FileCounts counts, long bytes, DateTimeOffset now) =>
        new(
            Id, CreatedAt, Name, Description, bytes, counts, IsExpired(lastActiveAt, now) ? "expired" : counts.InProgress > 0 ? VectorStoreFile.InProgress : VectorStoreFile.Completed,
            ExpiresAfterDays is { } days ? new ExpirationView("last_active_at", days) : null, ExpiresAt(lastActiveAt), lastActiveAt, Metadata ?? new Dictionary<string, string>());

    internal bool IsExpired(DateTimeOffset lastActiveAt, DateTimeOffset now) => ExpiresAt(lastActiveAt) <= now;
}

/// <summary>How many files are in which state.</summary>
sealed record FileCounts(int InProgress, int Completed, int Failed, int Cancelled, int Total);

/// <summary>When a store that nobody uses goes.</summary>
sealed record ExpirationView(string Anchor, int Days);

/// <summary>A store as the HTTP interface shows it.</summary>
sealed record VectorStoreView(
    string Id, DateTimeOffset CreatedAt, string Name, string? Description, long UsageBytes, FileCounts FileCounts, string Status, ExpirationView? ExpiresAfter, DateTimeOffset? ExpiresAt, DateTimeOffset LastActiveAt,
    IReadOnlyDictionary<string, string> Metadata)
{
    public string Object { get; } = "vector_store";
}
