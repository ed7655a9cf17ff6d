using Hone.Engine.Embedding;

namespace Hone.Engine.Training.Objectives;

/// <summary>Sequences laid end to end for one pass through the model: no padding, attention within each alone, positions from 0 in each.</summary>
/// <remarks>Its arrays are used again as long as their lengths stay the same.</remarks>
public sealed class PackedExamples
{
    readonly List<int> _examples = [];
    readonly List<Segment> _segments = [];
    readonly List<int> _targetEnds = [];
    readonly List<int> _ids = [];
    readonly List<int> _positions = [];
    readonly List<int> _rows = [];
    readonly List<int> _targets = [];
    readonly List<float> _weights = [];
    int[] _idArray = [];
    int[] _positionArray = [];
    Segment[] _segmentArray = [];
    int[] _rowArray = [];
    int[] _targetArray = [];
    float[] _weightArray = [];
    float[] _scratch = [];
    bool[] _isBest = [];

    /// <summary>The examples that are packed, by their number in the objective.</summary>
    public IReadOnlyList<int> Examples => _examples;

    /// <summary>The number of tokens.</summary>
    public int Length => _ids.Count;

    /// <summary>The number of targets.</summary>
    public int TargetCount => _targets.Count;

    /// <summary>The targets of one sequence, as a range of all targets.</summary>
    public Range TargetsOf(int sequence) => (sequence == 0 ? 0 : _targetEnds[sequence - 1]).._targetEnds[sequence];

    /// <summary>Room for one truth value per target.</summary>
    public bool[] IsBest => Fit(ref _isBest, TargetCount);

    /// <summary>Room for one number per target.</summary>
    public float[] Scratch => Fit(ref _scratch, TargetCount);

    /// <summary>The targets' weights times a factor, in <see cref="Scratch"/>.</summary>
    public float[] ScaledWeights(double factor)
    {
        float[] scaled = Scratch;
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = (float)(_weights[i] * factor);
        return scaled;
    }

    public void Clear()
    {
        _examples.Clear();
        _segments.Clear();
        _targetEnds.Clear();
        _ids.Clear();
        _positions.Clear();
        _rows.Clear();
        _targets.Clear();
        _weights.Clear();
    }

    /// <summary>Appends the sequences of an example.</summary>
    public void Add(int example, IObjective objective)
    {
        _examples.Add(example);
        objective.Pack(example, this);
    }

    /// <summary>Appends one sequence. What follows its last target teaches nothing and is left out.</summary>
    /// <param name="weights">The weight of each token as a target: of <c>ids[t]</c> as predicted from the tokens before it.</param>
    public void Append(ReadOnlySpan<int> ids, ReadOnlySpan<float> weights)
    {
        int start = _ids.Count;
        int length = Math.Max(weights.LastIndexOfAnyExcept(0f), 0);
        for (int t = 0; t < length; t++)
        {
            _ids.Add(ids[t]);
            _positions.Add(t);
            if (weights[t + 1] == 0)
                continue;
            _rows.Add(start + t);
            _targets.Add(ids[t + 1]);
            _weights.Add(weights[t + 1]);
        }

        _segments.Add(new Segment(start, length));
        _targetEnds.Add(_targets.Count);
    }

    /// <summary>Appends one text whose pooled vector is wanted.</summary>
    public void Append(ReadOnlySpan<int> ids, Pooling pooling)
    {
        var segment = new Segment(_ids.Count, ids.Length);
        for (int t = 0; t < ids.Length; t++)
        {
            _ids.Add(ids[t]);
            _positions.Add(t);
        }
        _rows.AddRange(pooling.RowsOf(segment));
        _segments.Add(segment);
        _targetEnds.Add(_targets.Count);
    }

    /// <summary>The batch for the model; valid until the next call.</summary>
    public TokenBatch ToBatch() =>
        new()
        {
            Ids = Copy(_ids, ref _idArray),
            Positions = Copy(_positions, ref _positionArray),
            Segments = Copy(_segments, ref _segmentArray),
            TargetRows = Copy(_rows, ref _rowArray),
            Targets = Copy(_targets, ref _targetArray),
            TargetWeights = Copy(_weights, ref _weightArray),
        };

    static T[] Copy<T>(List<T> values, ref T[] array)
    {
        values.CopyTo(Fit(ref array, values.Count));
        return array;
    }

    static T[] Fit<T>(ref T[] array, int length) => array.Length == length ? array : array = new T[length];
}
