using Hone.Server.Files;

namespace Hone.Server.Uploads;

/// <summary>A file that is sent in parts, until it is complete, cancelled or an hour old.</summary>
/// <param name="Bytes">How many the parts must have together.</param>
/// <param name="Status">As it was last written; see <see cref="StatusAt"/>.</param>
/// <param name="FileSeconds">How long the file is kept that it becomes; null for as long as its purpose says.</param>
/// <param name="File">The id of that file, once there is one.</param>
public sealed record PendingUpload(
    string Id, string Organisation, string Project, string Purpose, string Filename, long Bytes, string MimeType, string Status, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, long? FileSeconds, string? File)
{
    public const string Pending = "pending";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";

    public string StatusAt(DateTimeOffset now) => Status == Pending && ExpiresAt <= now ? Expired : Status;

    internal UploadView ToView(DateTimeOffset now, StoredFile? file = null) => new(Id, CreatedAt, Filename, Bytes, Purpose, StatusAt(now), ExpiresAt, file?.ToView());
}

/// <summary>One part; the order is given when the upload is completed.</summary>
public sealed record UploadPart(string Id, string Upload, long Bytes, DateTimeOffset CreatedAt)
{
    internal PartView ToView() => new(Id, CreatedAt, Upload);
}

/// <summary>An upload as the HTTP interface shows it.</summary>
sealed record UploadView(string Id, DateTimeOffset CreatedAt, string Filename, long Bytes, string Purpose, string Status, DateTimeOffset ExpiresAt, FileView? File)
{
    public string Object { get; } = "upload";
}

/// <summary>A part as the HTTP interface shows it.</summary>
sealed record PartView(string Id, DateTimeOffset CreatedAt, string UploadId)
{
    public string Object { get; } = "upload.part";
}
