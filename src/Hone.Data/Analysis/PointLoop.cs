using Hone.Engine;

namespace Hone.Data.Analysis;

/// <summary>Work on each of many points, on all threads.</summary>
static class PointLoop
{
    /// <summary>Points until others, such as a model that answers in the same process, get their turn on the threads.</summary>
    const int PointsAtOnce = 256;

    public static void For(int count, Action<int> body, CancellationToken cancel)
    {
        for (int first = 0; first < count; first += PointsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            int start = first;
            Workers.For(Math.Min(PointsAtOnce, count - first), i => body(start + i));
        }
    }
}
