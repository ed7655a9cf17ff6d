using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hone.Data.Spools;

/// <summary>
/// Which of many rows are equal, by digests on disk: SHA-256 cut to 128 bits, so that of a thousand million different rows two share one with a probability of 10⁻²¹, even where somebody wants them to.
/// However many there are, they take some 20 MB of memory.
/// </summary>
/// <param name="mostAtOnce">How many different rows are in memory at the same time, about.</param>
public sealed class DigestFile(int mostAtOnce = 1 << 18) : IDisposable
{
    readonly NumberFile<UInt128> _digests = new();
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

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
        _digests.Add(MemoryMarshal.Read<UInt128>(digest));
    }

    /// <summary>Each row with the first one that equals it, which may be itself: part by part of the digests, within a part in the order of the rows.</summary>
    public IEnumerable<(int Row, int First)> Firsts()
    {
        uint parts = (uint)(_digests.Count / mostAtOnce) + 1;
        for (uint part = 0; part < parts; part++)
        {
            Dictionary<UInt128, int> firsts = [];
            foreach ((int row, UInt128 digest) in _digests.InOrder().Index())
                if ((uint)digest % parts == part)
                    yield return (row, firsts.TryAdd(digest, row) ? row : firsts[digest]);
        }
    }

    public void Dispose()
    {
        _digests.Dispose();
        _hash.Dispose();
    }
}
