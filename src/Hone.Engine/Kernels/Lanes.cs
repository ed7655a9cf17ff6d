using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hone.Engine.Kernels;

/// <summary>Sixteen floats at a time. Callers keep <c>i ≤ length - Count</c>; debug builds check it.</summary>
static class Lanes
{
    public const int Count = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ReadOnlySpan<float> x, int i)
    {
        System.Diagnostics.Debug.Assert((uint)i <= (uint)(x.Length - Count));
        return Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, Span<float> y, int i)
    {
        System.Diagnostics.Debug.Assert((uint)i <= (uint)(y.Length - Count));
        value.StoreUnsafe(ref MemoryMarshal.GetReference(y), (nuint)i);
    }
}
