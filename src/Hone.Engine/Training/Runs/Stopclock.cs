namespace Hone.Engine.Training.Runs;

/// <summary>The time since a run began or went on, and the part of it that no checkpoint knows of yet.</summary>
sealed class Stopclock(TimeProvider clock)
{
    readonly long _start = clock.GetTimestamp();
    double _saved;

    public double Seconds => clock.GetElapsedTime(_start).TotalSeconds;

    public double SecondsSinceSave => Seconds - _saved;

    /// <summary>The time since the last call.</summary>
    public double TakeUnsaved()
    {
        double unsaved = SecondsSinceSave;
        _saved += unsaved;
        return unsaved;
    }
}
