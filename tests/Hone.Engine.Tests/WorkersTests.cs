using Shouldly;
using Xunit;

namespace Hone.Engine.Tests;

[Collection(RunsAlone.Name)]
public class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_once(int threads)
    {
        int before = Workers.Threads;
        Workers.Threads = threads;

        for (int round = 0; round < 2000; round++)
        {
            var calls = new int[round % 40];
            Workers.For(calls.Length, item => Interlocked.Increment(ref calls[item]));
            calls.ShouldAllBe(count => count == 1);
        }

        Workers.Threads = before;
    }

    [Fact]
    public void A_loop_inside_a_loop_runs_every_item()
    {
        int calls = 0;

        Workers.For(20, _ => Workers.For(30, _ => Interlocked.Increment(ref calls)));

        calls.ShouldBe(600);
    }

    [Fact]
    public void Loops_of_several_threads_do_not_mix()
    {
        var sums = new int[4];
        Thread[] callers = [.. Enumerable.Range(0, sums.Length).Select(caller => new Thread(() =>
        {
            for (int round = 0; round < 500; round++)
                Workers.For(10, item => Interlocked.Add(ref sums[caller], item));
        }))];

        foreach (Thread caller in callers)
            caller.Start();
        foreach (Thread caller in callers)
            caller.Join();

        sums.ShouldAllBe(sum => sum == 500 * 45);
    }

    [Fact]
    public void A_loop_does_not_wait_for_one_of_another_thread()
    {
        int calls = 0;

        Workers.For(2, item =>
        {
            if (item > 0)
                return;
            var other = new Thread(() => Workers.For(10, _ => Interlocked.Increment(ref calls)));
            other.Start();
            other.Join();
        });

        calls.ShouldBe(10);
    }

    [Fact]
    public void An_exception_reaches_the_caller_and_the_next_loop_works()
    {
        Should.Throw<InvalidOperationException>(() => Workers.For(100, item =>
        {
            if (item == 37)
                throw new InvalidOperationException("37");
        }));

        int calls = 0;
        Workers.For(100, _ => Interlocked.Increment(ref calls));
        calls.ShouldBe(100);
    }
}
