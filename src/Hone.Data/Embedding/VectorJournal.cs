using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hone.Engine;

namespace Hone.Data.Embedding;

/// <summary>
/// The vectors of a run as they are made, in the order of the rows, in a file beside the output, so that a run that was killed goes on. After its name and a fingerprint
/// of the settings each record is a hash over the row's text and vector, then the vector in float32: what was not written whole, or is of another text, does not count.
/// </summary>
public sealed class VectorJournal : IDisposable
{
    const int HashLength = 16;

    static readonly byte[] Name = "hone vectors 1\n"u8.ToArray();
    static readonly int HeadLength = Name.Length + SHA256.HashSizeInBytes;

    readonly FileStream _file;
    readonly float[] _vector;
    readonly byte[] _record;

    VectorJournal(string path, FileStream file, int dimensions) =>
        (Path, _file, _vector, _record) = (path, file, new float[dimensions], new byte[HashLength + (dimensions * sizeof(float))]);

    public string Path { get; }

    /// <summary>The records in it.</summary>
    public long Count => Math.Max(0, _file.Length - HeadLength) / _record.Length;

    /// <summary>Whether there was a journal of other settings, which is begun anew.</summary>
    public bool WasOther { get; private set; }

    /// <param name="settings">Everything that decides what the vector of a text is.</param>
    /// <exception cref="HoneException">The file is in use, cannot be written, or is no journal.</exception>
    public static VectorJournal Open(string path, string settings, int dimensions)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            // Nobody else writes meanwhile: two runs would mix their vectors.
            VectorJournal journal = new(path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0), dimensions);
            try
            {
                journal.Begin([.. Name, .. SHA256.HashData(Encoding.UTF8.GetBytes(settings))]);
                return journal;
            }
            catch
            {
                journal.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"{path} keeps the vectors of this run and cannot be opened: {error.Message} Is another run writing it?", $"{path} 用于保存本次运行的向量，但无法打开：{error.Message} 是否有另一次运行正在写入？"), error);
        }
    }

    /// <summary>The vector of a row, valid until the next call; null where the record of that number is of another text or there is none.</summary>
    public float[]? Find(long row, string text)
    {
        if (row >= Count)
            return null;
        if (RandomAccess.Read(_file.SafeFileHandle, _record, OffsetOf(row)) < _record.Length)
            return null;
        ReadOnlySpan<byte> numbers = _record.AsSpan(HashLength);
        if (!_record.AsSpan(0, HashLength).SequenceEqual(HashOf(text, numbers)))
            return null;
        numbers.CopyTo(MemoryMarshal.AsBytes(_vector.AsSpan()));
        return _vector;
    }

    /// <summary>Forgets the records from this one on.</summary>
    public void CutTo(long rows) => _file.SetLength(OffsetOf(rows));

    /// <summary>Keeps the vectors of the rows that follow; they are on the disk when this returns.</summary>
    public void Add(IReadOnlyList<string> texts, IReadOnlyList<float[]> vectors)
    {
        _file.Position = OffsetOf(Count);
        byte[] records = new byte[texts.Count * _record.Length];
        for (int i = 0; i < texts.Count; i++)
        {
            ReadOnlySpan<byte> numbers = MemoryMarshal.AsBytes(vectors[i].AsSpan());
            Span<byte> record = records.AsSpan(i * _record.Length, _record.Length);
            HashOf(texts[i], numbers).CopyTo(record);
            numbers.CopyTo(record[HashLength..]);
        }
        _file.Write(records);
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Closes and removes the file: everything in it is in the output.</summary>
    public void Delete()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    void Begin(byte[] head)
    {
        byte[] before = new byte[head.Length];
        int read = _file.ReadAtLeast(before, before.Length, throwOnEndOfStream: false);
        if (before.AsSpan().SequenceEqual(head))
            return;
        int known = Math.Min(read, Name.Length);
        if (!before.AsSpan(0, known).SequenceEqual(Name.AsSpan(0, known)))
            throw new HoneException(Text.Of($"{Path} is no journal of vectors. Move the file away to begin anew.", $"{Path} 不是向量日志。请移走该文件后重新开始。"));
        WasOther = _file.Length > before.Length;
        _file.SetLength(0);
        _file.Write(head);
    }

    long OffsetOf(long row) => HeadLength + (row * _record.Length);

    static ReadOnlySpan<byte> HashOf(string text, ReadOnlySpan<byte> numbers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData(numbers);
        return hash.GetHashAndReset().AsSpan(0, HashLength);
    }
}
