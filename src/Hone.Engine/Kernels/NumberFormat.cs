using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Engine.Kernels;

/// <summary>How numbers stored as <typeparamref name="T"/> widen to float32. A type parameter, so that every loop is compiled for its format.</summary>
interface INumberFormat<T>
    where T : unmanaged
{
    static abstract float Widen(T bits);

    /// <summary>The 16 numbers that begin at <paramref name="first"/>.</summary>
    static abstract Vector512<float> Load(ref T first, nuint offset);

    /// <summary>The 32 numbers that begin at <paramref name="offset"/>, in the order that is cheapest to widen.</summary>
    static abstract (Vector512<float> First, Vector512<float> Second) LoadPair(ref T first, nuint offset);

    /// <summary>Whether <see cref="LoadPair"/> gives the even numbers first, then the odd ones.</summary>
    static abstract bool PairsAreInterleaved { get; }
}

readonly struct SingleFormat : INumberFormat<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(float bits) => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float first, nuint offset) => Vector512.LoadUnsafe(ref first, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(ref float first, nuint offset) => (Load(ref first, offset), Load(ref first, offset + 16));

    public static bool PairsAreInterleaved => false;
}

readonly struct BFloat16Format : INumberFormat<ushort>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref ushort first, nuint offset) => (HalfBits.Widen(ref first, offset) << 16).AsSingle();

    /// <summary>Two numbers lie in each 32 bits: one shift, one mask, and no shuffle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(ref ushort first, nuint offset)
    {
        Vector512<uint> bits = Vector512.LoadUnsafe(ref first, offset).AsUInt32();
        return ((bits << 16).AsSingle(), (bits & Vector512.Create(0xFFFF0000u)).AsSingle());
    }

    public static bool PairsAreInterleaved => true;
}

readonly struct Float16Format : INumberFormat<ushort>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>Moves the bits into place and lets one exact product with 2¹¹² correct the exponent, subnormals included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref ushort first, nuint offset)
    {
        Vector512<uint> bits = HalfBits.Widen(ref first, offset);
        Vector512<uint> sign = (bits & Vector512.Create(0x8000u)) << 16;
        Vector512<uint> magnitude = (bits & Vector512.Create(0x7FFFu)) << 13;
        Vector512<uint> isSpecial = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(0x0F800000u)); // infinity, NaN
        Vector512<uint> value = (magnitude.AsSingle() * Vector512.Create(5.192296858534828e33f)).AsUInt32();
        return (value | sign | (isSpecial & Vector512.Create(0x7F800000u))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadPair(ref ushort first, nuint offset) => (Load(ref first, offset), Load(ref first, offset + 16));

    public static bool PairsAreInterleaved => false;
}

static class HalfBits
{
    /// <summary>16 numbers of 16 bits as numbers of 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Widen(ref ushort first, nuint offset)
    {
        Vector256<ushort> bits = Vector256.LoadUnsafe(ref first, offset);
        // One instruction; composed of halves, it waits for the vector before it.
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512UInt32(bits);
        (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(bits);
        return Vector512.Create(low, high);
    }
}
