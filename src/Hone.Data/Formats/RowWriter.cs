using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Formats;

/// <summary>Writes rows to a file that appears when it is complete: without <see cref="Keep"/> nothing of it stays.</summary>
public abstract class RowWriter : IDisposable
{
    private protected static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string _path;
    readonly PendingFile _file;

    private protected RowWriter(string path)
    {
        _path = path;
        try
        {
            _file = new PendingFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem(_path, error);
        }
    }

    /// <summary>The rows written so far.</summary>
    public long Count { get; private set; }

    private protected Stream Stream => _file.Stream;

    /// <exception cref="HoneException">The disk does not take it.</exception>
    public void Write(JsonElement row)
    {
        Guarded(() => WriteRow(row));
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
        Guarded(() =>
        {
            Finish();
            _file.Keep();
        });

    /// <summary>Makes all files appear or none.</summary>
    public static void KeepAll(IReadOnlyList<RowWriter> writers)
    {
        ArgumentNullException.ThrowIfNull(writers);
        foreach (RowWriter writer in writers)
            writer.Guarded(writer.Finish);
        try
        {
            PendingFile.KeepAll([.. writers.Select(writer => writer._file)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem(string.Join(", ", writers.Select(writer => writer._path)), error);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract void WriteRow(JsonElement row);

    /// <summary>Writes what comes after the last row.</summary>
    private protected abstract void Finish();

    void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem(_path, error);
        }
    }

    static HoneException Problem(string path, Exception error) => new(Text.Of($"{path} cannot be written: {error.Message}", $"无法写入 {path}：{error.Message}"), error);
}
