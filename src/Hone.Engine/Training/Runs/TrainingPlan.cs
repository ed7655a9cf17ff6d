namespace Hone.Engine.Training.Runs;

/// <summary>Which examples each update sees: every epoch all of them and a share of the replayed ones, in an order that the seed and the epoch alone decide.</summary>
sealed class TrainingPlan
{
    readonly TrainingOptions _options;
    readonly int _ownCount;
    readonly int _replayCount;
    readonly int _replayPerEpoch;
    readonly int[] _order;
    int _orderedEpoch = -1;

    /// <param name="exampleCount">All examples.</param>
    /// <param name="replayCount">So many of them, the last ones, are replayed.</param>
    public TrainingPlan(int exampleCount, int replayCount, TrainingOptions options)
    {
        (_options, _ownCount, _replayCount) = (options, exampleCount - replayCount, replayCount);
        _replayPerEpoch = replayCount > 0 ? Replay.PerEpoch(_ownCount, options.ReplayShare) : 0;
        _order = new int[_ownCount + _replayPerEpoch];
        StepsPerEpoch = (_order.Length + options.BatchSize - 1) / options.BatchSize;
        long steps = (long)StepsPerEpoch * options.Epochs;
        TotalSteps = checked((int)(options.MaxSteps > 0 ? Math.Min(options.MaxSteps, steps) : steps));
    }

    public int StepsPerEpoch { get; }

    public int TotalSteps { get; }

    /// <summary>Whether an update is the last of its epoch.</summary>
    /// <param name="step">Counted from 1.</param>
    public bool EndsEpoch(int step) => step % StepsPerEpoch == 0 || step == TotalSteps;

    public bool IsReplayed(int example) => example >= _ownCount;

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

    void Order(int epoch)
    {
        _orderedEpoch = epoch;
        int[] own = Shuffled(_ownCount, (ulong)epoch);
        if (_replayPerEpoch == 0)
        {
            own.CopyTo(_order, 0);
            return;
        }

        int[] replayed = DrawReplayed(epoch);
        // Spread evenly, so that each batch has its share.
        for (int i = 0, drawn = 0; i < _order.Length; i++)
        {
            bool isReplayed = (i + 1L) * _replayPerEpoch / _order.Length > drawn;
            _order[i] = isReplayed ? _ownCount + replayed[drawn++] : own[i - drawn];
        }
    }

    /// <summary>The next ones of an endless row in which all of them come in turn, each time in an order of its own.</summary>
    int[] DrawReplayed(int epoch)
    {
        // Orders of their own: beyond those of any number of epochs.
        const ulong firstOrder = 1UL << 32;
        int[] drawn = new int[_replayPerEpoch];
        long first = (long)epoch * _replayPerEpoch;
        int[] round = [];
        for (int i = 0; i < drawn.Length; i++)
        {
            (long turn, long place) = Math.DivRem(first + i, _replayCount);
            if (i == 0 || place == 0)
                round = Shuffled(_replayCount, firstOrder + (ulong)turn);
            drawn[i] = round[place];
        }

        return drawn;
    }

    /// <summary>0..count-1 in an order that the seed and a number decide; as they stand where nothing is shuffled.</summary>
    int[] Shuffled(int count, ulong number)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        if (_options.Shuffles)
            new SeededRandom(new SeededRandom(_options.Seed + number).NextUInt64()).Shuffle<int>(order);
        return order;
    }
}
