using Hone.Engine.Models;

namespace Hone.Server.Models;

/// <summary>The models that come with Hone: the folders in <c>models/</c> beside the program, or at the root of its repository.</summary>
public static class BuiltInModels
{
    /// <summary>Null when there is no such folder.</summary>
    public static string? FindFolder() => ShippedFiles.Find("models");

    internal static IEnumerable<ModelEntry> In(string? folder) =>
        folder is null || !Directory.Exists(folder) ? []
        : Directory.GetDirectories(folder)
            .Where(path => File.Exists(Path.Combine(path, ModelFolder.ConfigFile)))
            .Order(StringComparer.Ordinal)
            .Select(path => new ModelEntry(Path.GetFileName(path), ModelOrigin.BuiltIn, path, Record: null));
}
