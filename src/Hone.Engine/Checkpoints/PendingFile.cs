namespace Hone.Engine.Checkpoints;

/// <summary>A file that is written beside its path and appears there when it is complete, on the disk, and kept; otherwise nothing of it stays.</summary>
public sealed class PendingFile : IDisposable
{
    readonly string _path;
    readonly string _temporary;
    readonly FileStream _stream;
    bool _isKept;

    public PendingFile(string path)
    {
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
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _isKept = true;
    }

    public void Dispose()
    {
        if (_isKept)
            return;
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_temporary);
        }
    }
}
