using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hone.Data.Spools;

/// <summary>
/// Which of many rows are equal, by digests on disk: SHA-256 cut to 128 bits, so that of a thousand million different rows two share one with a probability of 10⁻²¹, even where somebody wants them to.
/// However many there are, they take some 20 MB of memory.
/// </summary>
/// <param name="mostAtOnce">How many different rows are in memory at the same time, about.</param>
sealed class DigestFile(int mostAtOnce = 1 << 18) : IDisposable
{
    const int RowsAtOnce = 1 << 12;
    const int Bytes = 16;

    readonly TemporaryFile _file = new();
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    int _rows;

    /// <summary>The texts of the next row.</summary>
    public void Add(params ReadOnlySpan<string> texts)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (string text in texts)
        {
            // With its length before it, no text can be taken for the end of another.
            int length = text.Length;
            _hash.AppendData(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref length, 1)));
            _hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }
        _hash.GetHashAndReset(digest);
        _file.Write(digest[..Bytes]);
        _rows++;
    }

    /// <summary>Each row with the first one that equals it, which may be itself: part by part of the digests, within a part in the order of the rows.</summary>
    public IEnumerable<(int Row, int First)> Firsts()
    {
        uint parts = (uint)(_rows / mostAtOnce) + 1;
        for (uint part = 0; part < parts; part++)
        {
            Dictionary<UInt128, int> firsts = [];
            foreach ((int row, UInt128 digest) in Rows())
                if ((uint)digest % parts == part)
                    yield return (row, firsts.TryAdd(digest, row) ? row : firsts[digest]);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    IEnumerable<(int Row, UInt128 Digest)> Rows()
    {
        var block = new UInt128[RowsAtOnce];
        for (int start = 0; start < _rows; start += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, _rows - start);
            _file.Read(MemoryMarshal.AsBytes(block.AsSpan(0, count)), (long)start * Bytes);
            for (int i = 0; i < count; i++)
                yield return (start + i, block[i]);
        }
    }
}
