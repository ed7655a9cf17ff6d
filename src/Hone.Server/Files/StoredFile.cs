namespace Hone.Server.Files;

/// <summary>A file of an organisation. Its content lies in the data folder.</summary>
/// <param name="Filename">As its sender called it, without folders: a name for people, never a path here.</param>
/// <param name="Problem">Why its content cannot be used for its purpose; null when it can.</param>
public sealed record StoredFile(
    string Id, string Organisation, string Project, string Purpose, string Filename, long Bytes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Problem)
{
    const int MaxFilenameLength = 255;

    internal FileView ToView() => new(Id, Purpose, Filename, Bytes, CreatedAt, ExpiresAt, Problem is null ? "processed" : "error", Problem);

    /// <summary>What is kept of a name that was sent: its last part, without characters that steer terminals or headers.</summary>
    internal static string CleanFilename(string sent)
    {
        // Browsers and Node write these three so: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
        string name = sent.Replace("%22", "\"", StringComparison.Ordinal).Replace("%0D", "", StringComparison.Ordinal).Replace("%0A", "", StringComparison.Ordinal);
        name = new string([.. name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(character => !char.IsControl(character))]).Trim();
        if (name.Length > MaxFilenameLength)
            name = name[..(char.IsHighSurrogate(name[MaxFilenameLength - 1]) ? MaxFilenameLength - 1 : MaxFilenameLength)];
        return name is "" or "." or ".." ? "file" : name;
    }
}

/// <summary>A file as the HTTP interface shows it.</summary>
sealed record FileView(string Id, string Purpose, string Filename, long Bytes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Status, string? StatusDetails)
{
    public string Object { get; } = "file";
}
