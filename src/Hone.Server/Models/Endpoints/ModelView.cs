namespace Hone.Server.Models.Endpoints;

/// <summary>A model as the HTTP interface shows it.</summary>
sealed record ModelView(string Id, DateTimeOffset Created, string OwnedBy)
{
    public const string OwnerOfBuiltIn = "hone";

    public string Object { get; } = "model";

    /// <param name="id">The name it was asked by; null for its own.</param>
    public static ModelView Of(ModelEntry entry, string? id = null) =>
        new(id ?? entry.Id, entry.Record?.CreatedAt ?? Directory.GetLastWriteTimeUtc(entry.Folder), entry.Organisation ?? OwnerOfBuiltIn);
}
