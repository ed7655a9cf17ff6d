using System.Collections.Concurrent;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>A clock whose waits end when the test says so.</summary>
sealed class HeldClock : TimeProvider
{
    readonly ConcurrentQueue<Action> _waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(() => callback(state));
        return new Held();
    }

    /// <summary>The end of the next wait, once it has begun.</summary>
    public async Task<Action> NextAsync()
    {
        Action? end = null;
        await Patience.UntilAsync(() => _waits.TryDequeue(out end), "somebody who waits");
        return end!;
    }

    sealed class Held : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
