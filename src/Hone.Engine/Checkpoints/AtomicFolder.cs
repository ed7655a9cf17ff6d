namespace Hone.Engine.Checkpoints;

/// <summary>Folders that appear complete or not at all.</summary>
public static class AtomicFolder
{
    /// <summary>Fills a folder beside the path, then renames it. The path must not exist yet.</summary>
    public static void Write(string path, Action<string> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.Exists(target))
            throw new HoneException($"{target} exists already. Choose another name, or remove it first.");
        string parent = Path.GetDirectoryName(target) ?? throw new HoneException($"{target} cannot be written.");
        string temporary = Path.Combine(parent, $".{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            Directory.Move(temporary, target);
        }
        catch (Exception error)
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            if (error is IOException or UnauthorizedAccessException)
                throw new HoneException($"{target} cannot be written: {error.Message}", error);
            throw;
        }
    }
}
