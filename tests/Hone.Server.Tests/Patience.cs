using Shouldly;

namespace Hone.Server.Tests;

/// <summary>Waits for what another thread or process does in its own time.</summary>
static class Patience
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Returns once the condition holds; fails after two minutes, which is a time that no machine needs.</summary>
    /// <param name="what">What is waited for, for the message of the failure.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Limit, what);
            await Task.Delay(10);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);
}
