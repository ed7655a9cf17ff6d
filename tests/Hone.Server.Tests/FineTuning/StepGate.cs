using Hone.Engine.Training;

namespace Hone.Server.Tests.FineTuning;

/// <summary>Holds the workers of a server after a step, so that a job does not end before the test has done something to it, however slow the machine is.</summary>
sealed class StepGate
{
    readonly object _lock = new();
    int _last = int.MaxValue;
    int? _heldAt;

    /// <summary>From now on a worker waits after this step.</summary>
    public void HoldAfter(int step)
    {
        lock (_lock)
        {
            _last = step;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Lets all go on.</summary>
    public void Open() => HoldAfter(int.MaxValue);

    /// <summary>Waits until a worker is held.</summary>
    public async Task HeldAsync()
    {
        while (!IsHeld())
            await Task.Delay(5);
    }

    /// <summary>What a worker does after each step.</summary>
    /// <param name="stop">The server stops.</param>
    public void Pass(StepMetrics step, CancellationToken stop)
    {
        lock (_lock)
        {
            _heldAt = step.Step;
            while (step.Step >= _last && !stop.IsCancellationRequested)
                Monitor.Wait(_lock, millisecondsTimeout: 20);
            _heldAt = null;
        }
    }

    bool IsHeld()
    {
        lock (_lock)
            return _heldAt >= _last;
    }
}
