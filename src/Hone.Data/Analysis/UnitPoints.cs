using Hone.Engine;

namespace Hone.Data.Analysis;

/// <summary>Collects vectors one after the other and makes each of length 1, so that whoever reads many holds them once.</summary>
/// <param name="expected">How many there will be, where that is known: then all of them go where they stay. 0 for not known.</param>
public sealed class UnitPoints(int expected = 0)
{
    const int NumbersOfBlock = 1 << 21;

    readonly List<float[]?> _blocks = [];
    int _dimensions;
    int _count;

    /// <summary>Takes a copy of a vector.</summary>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="HoneException">It is of another length than those before it, holds a number that is not finite, or nothing but zeros.</exception>
    public void Add(ReadOnlySpan<float> vector, Func<string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_count == 0)
            _dimensions = Math.Max(1, vector.Length);
        Points.Require(vector, _dimensions, name);
        if ((_count + 1L) * _dimensions > Points.LongestBlock)
            throw Points.TooMany(_count + 1, _dimensions);
        int rows = RowsAtOnce();
        if (_count % rows == 0)
            _blocks.Add(new float[rows * _dimensions]);
        Points.MakeUnit(vector, _blocks[^1].AsSpan(_count % rows * _dimensions, _dimensions), name);
        _count++;
    }

    /// <summary>All of them, which are handed over: nothing stays here. [count, dimensions]</summary>
    /// <exception cref="HoneException">There are none.</exception>
    public Points Take()
    {
        if (_count == 0)
            throw Points.None();
        if (_blocks is [{ } whole] && whole.Length == _count * _dimensions)
            return new Points(whole, _count, _dimensions);
        var values = new float[_count * _dimensions];
        for (int i = 0, to = 0; i < _blocks.Count; i++)
        {
            int length = Math.Min(_blocks[i]!.Length, values.Length - to);
            _blocks[i].AsSpan(0, length).CopyTo(values.AsSpan(to));
            to += length;
            // The memory of a block may be used again before the next one is copied.
            _blocks[i] = null;
        }
        return new Points(values, _count, _dimensions);
    }

    int RowsAtOnce() => expected > 0 && (long)expected * _dimensions <= Points.LongestBlock ? expected : Math.Max(1, NumbersOfBlock / _dimensions);
}
