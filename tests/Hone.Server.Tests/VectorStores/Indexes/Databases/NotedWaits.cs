namespace Hone.Server.Tests.VectorStores.Indexes.Databases;

/// <summary>A clock on which every wait is over at once.</summary>
sealed class NotedWaits : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
