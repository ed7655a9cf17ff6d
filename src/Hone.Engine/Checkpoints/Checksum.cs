using System.Numerics;
using System.Runtime.InteropServices;

namespace Hone.Engine.Checkpoints;

/// <summary>CRC-32C (Castagnoli), which processors count by themselves.</summary>
public static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            sum = BitOperations.Crc32C(sum, word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
