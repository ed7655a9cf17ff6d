namespace Hone.Server.Models;

/// <summary>How a model came to be known.</summary>
public enum ModelOrigin
{
    /// <summary>It came with Hone.</summary>
    BuiltIn,

    /// <summary>It was added from a folder.</summary>
    Added,

    /// <summary>It was made by a fine-tuning job.</summary>
    FineTuned,

    /// <summary>It is a folder in Hugging Face layout that was named by its path.</summary>
    Folder,
}

/// <summary>A model that can be used.</summary>
/// <param name="Id">The name by which users ask for it; the path of a folder.</param>
/// <param name="Folder">Its own folder: whole weights, or an adapter.</param>
/// <param name="Record">Null for built-in models and bare folders.</param>
public sealed record ModelEntry(string Id, ModelOrigin Origin, string Folder, ModelRecord? Record)
{
    public bool IsAdapter => Record?.Content == ModelContent.Adapter;

    /// <summary>Who tuned it, or the model that it was merged from; null for models that belong to nobody in particular.</summary>
    public string? Organisation =>
        Origin == ModelOrigin.FineTuned ? ModelIds.Organisation(Id)
        : Record?.Source is { } source && ModelIds.IsFineTuned(source) ? ModelIds.Organisation(source)
        : null;

    /// <summary>Bytes of its files, or of those that they link to.</summary>
    public long Size => Directory.Exists(Folder) ? new DirectoryInfo(Folder).EnumerateFiles().Sum(LengthOf) : 0;

    static long LengthOf(FileInfo file) =>
        file.LinkTarget is null ? file.Length
        : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length
        : 0;
}
