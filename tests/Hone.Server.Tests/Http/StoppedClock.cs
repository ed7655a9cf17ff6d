namespace Hone.Server.Tests.Http;

/// <summary>A clock that moves only when it is told to.</summary>
sealed class StoppedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
