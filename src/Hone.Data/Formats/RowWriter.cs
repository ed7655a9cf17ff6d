using System.Text.Json;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Formats;

/// <summary>Writes rows to a file that appears when it is complete: without <see cref="Keep"/> nothing of it stays.</summary>
public abstract class RowWriter : IDisposable
{
    private protected static readonly JsonWriterOptions Json = new() { Encoder = ReadableJson.Encoder };

    readonly string _path;
    readonly PendingFile _file;

    private protected RowWriter(string path)
    {
        _path = path;
        _file = Guarded(path, () => new PendingFile(path));
    }

    /// <summary>The rows written so far.</summary>
    public long Count { get; private set; }

    private protected Stream Stream => _file.Stream;

    /// <exception cref="HoneException">The disk does not take it.</exception>
    public void Write(JsonElement row)
    {
        Guarded(_path, () => WriteRow(row));
        Count++;
    }

    /// <summary>Writes all rows.</summary>
    public void Write(IEnumerable<JsonLine> rows, CancellationToken cancel = default)
    {
        foreach (JsonLine row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            Write(row.Value);
        }
    }

    /// <summary>Makes the file appear, in place of one that is there.</summary>
    public void Keep() =>
        Guarded(_path, () =>
        {
            Finish();
            _file.Keep();
        });

    /// <summary>Makes all files appear or none.</summary>
    public static void KeepAll(IReadOnlyList<RowWriter> writers)
    {
        ArgumentNullException.ThrowIfNull(writers);
        foreach (RowWriter writer in writers)
            Guarded(writer._path, writer.Finish);
        Guarded(string.Join(", ", writers.Select(writer => writer._path)), () => PendingFile.KeepAll([.. writers.Select(writer => writer._file)]));
    }

    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void WriteRow(JsonElement row);

    /// <summary>Writes what comes after the last row.</summary>
    private protected abstract void Finish();

    /// <summary>Says what a disk does not take, and where.</summary>
    internal static void Guarded(string path, Action write) =>
        Guarded(path, () =>
        {
            write();
            return true;
        });

    /// <inheritdoc cref="Guarded(string, Action)"/>
    internal static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be written: {FileProblem.Of(error)}.", $"无法写入 {path}：{FileProblem.Of(error)}。"), error);
        }
    }
}
