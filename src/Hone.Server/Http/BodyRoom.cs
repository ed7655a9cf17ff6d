using System.Diagnostics.Metrics;
using Hone.Server.Inference;
using Hone.Server.Metrics;

namespace Hone.Server.Http;

/// <summary>The memory for the JSON bodies of all requests that are being answered, those that wait for a model among them.</summary>
/// <remarks>Counted are bytes that have come, not those that were announced: whoever sends slowly keeps little from others.</remarks>
sealed class BodyRoom
{
    /// <summary>Bytes of memory for one of JSON: the text, a tree of twelve bytes for each value of two, and copies of both.</summary>
    const int BytesEach = 8;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly long _most;
    long _used;

    public BodyRoom(InferenceLimits limits, IMeterFactory meters)
    {
        // One body is always possible.
        _most = Math.Max(BodyLimit.DefaultBytes * BytesEach, limits.MemoryBytes / 4);
        meters.Create(MetricsRecorder.MeterName).CreateObservableGauge("hone.request_memory", () => Volatile.Read(ref _used), "By", "Memory set aside for the bodies of requests");
    }

    /// <summary>429 when there is no room for so many bytes of JSON more.</summary>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes * BytesEach) <= _most)
            return;
        Return(bytes);
        throw ApiError.Overloaded("The server is at work on too many large requests. Please try again later.", RetryAfter, code: "server_overloaded");
    }

    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes * BytesEach);
}
