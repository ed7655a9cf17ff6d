namespace Hone.Server.Files;

/// <summary>What files are for.</summary>
public static class FilePurposes
{
    public const string FineTune = "fine-tune";
    public const string Batch = "batch";
    public const string FineTuneResults = "fine-tune-results";
    public const string BatchOutput = "batch_output";

    /// <summary>Bytes of a batch.</summary>
    internal const long LargestBatch = 200L << 20;

    /// <summary>How long the input of a batch is kept when its sender does not say.</summary>
    static readonly TimeSpan BatchLifetime = TimeSpan.FromDays(30);

    /// <summary>What a file can be sent for; the server's own purposes are not among them.</summary>
    public static IReadOnlyList<string> OfRequests { get; } = [FineTune, "assistants", Batch, "user_data", "vision", "evals"];

    /// <summary>What a file can be sent for in parts.</summary>
    internal static IReadOnlyList<string> OfUploads { get; } = ["assistants", Batch, FineTune, "vision"];

    /// <summary>Null for files that are kept until they are deleted.</summary>
    public static TimeSpan? LifetimeOf(string purpose) => purpose == Batch ? BatchLifetime : null;
}
