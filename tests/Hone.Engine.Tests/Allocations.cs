namespace Hone.Engine.Tests;

/// <summary>What an action allocates on the managed heap of its thread.</summary>
static class Allocations
{
    /// <summary>
    /// The least number of bytes among several runs after a first one. What the action itself allocates shows in each of them;
    /// a collection, which another thread may start at any time, moves the boundaries of the thread's buffer in only some.
    /// </summary>
    public static long OfRepeated(Action action)
    {
        const int Runs = 10;
        action();

        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
