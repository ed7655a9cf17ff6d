namespace Hone.Engine.Generation.Constraints;

/// <summary>A set of byte values.</summary>
readonly record struct ByteSet(ulong B0, ulong B1, ulong B2, ulong B3)
{
    public static ByteSet Range(byte first, byte last)
    {
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        for (int value = first; value <= last; value++)
            words[value >> 6] |= 1UL << (value & 63);
        return new ByteSet(words[0], words[1], words[2], words[3]);
    }

    public static ByteSet Of(ReadOnlySpan<byte> values)
    {
        var set = default(ByteSet);
        foreach (byte value in values)
            set |= Range(value, value);
        return set;
    }

    public bool Contains(byte value) =>
        ((value >> 6) switch { 0 => B0, 1 => B1, 2 => B2, _ => B3 } >> (value & 63) & 1) != 0;

    public ByteSet Without(ByteSet other) => new(B0 & ~other.B0, B1 & ~other.B1, B2 & ~other.B2, B3 & ~other.B3);

    public static ByteSet operator |(ByteSet a, ByteSet b) => new(a.B0 | b.B0, a.B1 | b.B1, a.B2 | b.B2, a.B3 | b.B3);
}
