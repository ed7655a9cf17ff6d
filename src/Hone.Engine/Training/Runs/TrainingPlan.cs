namespace Hone.Engine.Training.Runs;

/// <summary>Which examples each update sees: every epoch all of them, in an order that the seed and the epoch alone decide.</summary>
sealed class TrainingPlan
{
    readonly TrainingOptions _options;
    readonly int[] _order;
    int _orderedEpoch = -1;

    public TrainingPlan(int exampleCount, TrainingOptions options)
    {
        _options = options;
        _order = new int[exampleCount];
        StepsPerEpoch = (exampleCount + options.BatchSize - 1) / options.BatchSize;
        long steps = (long)StepsPerEpoch * options.Epochs;
        TotalSteps = checked((int)(options.MaxSteps > 0 ? Math.Min(options.MaxSteps, steps) : steps));
    }

    public int StepsPerEpoch { get; }

    public int TotalSteps { get; }

    /// <summary>Whether an update is the last of its epoch.</summary>
    /// <param name="step">Counted from 1.</param>
    public bool EndsEpoch(int step) => step % StepsPerEpoch == 0 || step == TotalSteps;

    /// <summary>The examples of an update.</summary>
    /// <param name="step">Updates done before it.</param>
    public ReadOnlySpan<int> Batch(int step)
    {
        int epoch = step / StepsPerEpoch;
        if (epoch != _orderedEpoch)
            Order(epoch);
        int first = step % StepsPerEpoch * _options.BatchSize;
        return _order.AsSpan(first, Math.Min(_options.BatchSize, _order.Length - first));
    }

    /// <summary>Fisher and Yates 1938.</summary>
    void Order(int epoch)
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _orderedEpoch = epoch;
        if (!_options.Shuffles)
            return;

        var random = new SeededRandom(new SeededRandom(_options.Seed + (ulong)epoch).NextUInt64());
        for (int i = _order.Length - 1; i > 0; i--)
        {
            int other = (int)(random.NextUInt64() % (ulong)(i + 1));
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }
    }
}
