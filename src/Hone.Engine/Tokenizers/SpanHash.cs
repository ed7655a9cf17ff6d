using System.Buffers.Binary;

namespace Hone.Engine.Tokenizers;

/// <summary>A fast 64-bit hash of short byte strings whose high bits are well mixed. Tables that use it compare keys too.</summary>
static class SpanHash
{
    const ulong Multiplier = 0x9E3779B97F4A7C15UL;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length * Multiplier;
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong tail = 0;
        for (int i = 0; i < bytes.Length; i++)
            tail |= (ulong)bytes[i] << (8 * i);
        return Mix(hash ^ tail);
    }

    static ulong Mix(ulong value)
    {
        value *= Multiplier;
        return (value ^ (value >> 32)) * Multiplier;
    }
}
