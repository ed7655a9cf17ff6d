using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Formats;

/// <summary>Writes a JSON Lines file that appears when it is complete: without <see cref="Keep"/> nothing of it stays.</summary>
public sealed class JsonLinesWriter(string path) : IDisposable
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly PendingFile _file = Guarded(path, () => new PendingFile(path));

    /// <summary>The lines written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Writes all rows to a file that appears when it is complete.</summary>
    /// <returns>Their number.</returns>
    public static long Write(string path, IEnumerable<JsonLine> rows, CancellationToken cancel = default)
    {
        using JsonLinesWriter writer = new(path);
        foreach (JsonLine row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            writer.Write(row.Value);
        }
        writer.Keep();
        return writer.Count;
    }

    /// <summary>One line, as it is but for spaces between its tokens.</summary>
    public void Write(JsonElement value)
    {
        Guarded(path, () =>
        {
            using Utf8JsonWriter json = new(_file.Stream, Options);
            value.WriteTo(json);
            json.Flush();
            _file.Stream.WriteByte((byte)'\n');
            return true;
        });
        Count++;
    }

    /// <summary>Makes the file appear, in place of one that is there.</summary>
    public void Keep() =>
        Guarded(path, () =>
        {
            _file.Keep();
            return true;
        });

    public void Dispose() => _file.Dispose();

    static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} cannot be written: {error.Message}", $"无法写入 {path}：{error.Message}"), error);
        }
    }
}
