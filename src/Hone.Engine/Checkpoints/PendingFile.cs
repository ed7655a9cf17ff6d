namespace Hone.Engine.Checkpoints;

/// <summary>A file that is written beside its path and appears there when it is complete, on the disk, and kept; otherwise nothing of it stays.</summary>
public sealed class PendingFile : IDisposable
{
    readonly string _path;
    readonly string _temporary;
    readonly FileStream _stream;
    bool _isKept;

    /// <exception cref="HoneException">The path is one of the system's devices.</exception>
    public PendingFile(string path)
    {
        if (IsOfSystem(path))
            throw new HoneException(Text.Of($"{path} belongs to the system and is no file that can be written. Name another one.", $"{path} 属于系统，不能作为输出文件。请指定其他文件。"));
        _path = path;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        _temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    public Stream Stream => _stream;

    /// <summary>Flushes to the disk, then renames over the path.</summary>
    public void Keep()
    {
        Close();
        File.Move(_temporary, _path, overwrite: true);
        _isKept = true;
    }

    /// <summary>Keeps all or none: where one cannot be kept, those before it go again, and what stood in their places comes back.</summary>
    public static void KeepAll(IReadOnlyList<PendingFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (PendingFile file in files)
            file.Close();

        List<(PendingFile File, string? Before)> taken = [];
        try
        {
            foreach (PendingFile file in files)
            {
                taken.Add((file, file.MoveAside()));
                file.Keep();
            }
        }
        catch
        {
            foreach ((PendingFile file, string? before) in taken)
                file.Undo(before);
            throw;
        }
        foreach ((_, string? before) in taken)
            if (before is not null)
                File.Delete(before);
    }

    public void Dispose()
    {
        if (_isKept)
            return;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What a full disk does not take is not wanted any more.
        }
        File.Delete(_temporary);
    }

    /// <summary>Whether a file that is renamed to this path would take the place of a device, such as <c>/dev/null</c>, for all programs.</summary>
    static bool IsOfSystem(string path)
    {
        string full = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows()
            && ((string[])["/dev/", "/proc/", "/sys/"]).Any(folder => full.StartsWith(folder, StringComparison.Ordinal))
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    void Close()
    {
        if (!_stream.CanWrite)
            return;
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }

    /// <summary>Frees the path; returns where the file is now that stood there.</summary>
    string? MoveAside()
    {
        if (!File.Exists(_path))
            return null;
        string before = _temporary + ".old";
        File.Move(_path, before);
        return before;
    }

    void Undo(string? before)
    {
        if (before is not null)
            File.Move(before, _path, overwrite: true);
        else if (_isKept)
            File.Delete(_path);
    }
}
