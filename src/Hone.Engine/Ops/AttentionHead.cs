using Hone.Engine.Generation;
using Hone.Engine.Kernels;

namespace Hone.Engine.Ops;

/// <summary>Keys of a sequence from First on; every query of a block sees some of them.</summary>
readonly record struct KeyRange(int First, int Count)
{
    public int End => First + Count;
}

/// <summary>One query head over one sequence: its rows of q, and the keys and values of its own tokens and those before.</summary>
readonly struct AttentionHead
{
    /// <summary>Keys are summed in stretches of this length from the first on, so that a row's sums do not depend on how many rows are computed with it.</summary>
    const int KeysPerSum = 384;

    readonly Tensor _q;
    readonly Tensor _k;
    readonly Tensor _v;
    readonly KvCache? _cache;
    readonly int _layer;
    readonly int _keyColumn;
    readonly AttentionShape _shape;

    public AttentionHead(Tensor q, Tensor k, Tensor v, Segment segment, int layer, int number, AttentionShape shape)
    {
        (_q, _k, _v, _cache, _layer, _shape) = (q, k, v, segment.Cache, layer, shape);
        _keyColumn = number / shape.Group * shape.HeadWidth;
        (Start, Length, Number) = (segment.Start, segment.Length, number);
    }

    public int Start { get; }

    public int Length { get; }

    public int Number { get; }

    public int Width => _shape.HeadWidth;

    public float Scale => _shape.Scale;

    public int QueryStride => _q.Columns;

    /// <summary>Tokens of the sequence before those of the batch.</summary>
    int Past => _cache?.Length ?? 0;

    public KeyRange KeysOf(int firstQuery, int count)
    {
        if (_shape.SeesAll)
            return new KeyRange(0, Length);
        int from = _shape.Window == 0 ? 0 : Math.Max(0, Past + firstQuery - _shape.Window + 1) / KeysPerSum * KeysPerSum;
        return new KeyRange(from, Past + firstQuery + count - from);
    }

    /// <summary>The first keys of a range: those that are summed together, and lie together in the cache.</summary>
    public KeyRange FirstPart(KeyRange keys) => PartFrom(keys.First, keys);

    /// <summary>The part after another; empty after the last.</summary>
    public KeyRange NextPart(KeyRange part, KeyRange keys) => PartFrom(part.End, keys);

    KeyRange PartFrom(int first, KeyRange keys) =>
        new(first, Math.Min(keys.End, _cache is null ? (first / KeysPerSum + 1) * KeysPerSum : KvCache.BlockEnd(first)) - first);

    /// <summary>The keys that one query sees, relative to the range.</summary>
    public (int From, int To) Visible(int query, KeyRange keys)
    {
        if (_shape.SeesAll)
            return (0, Length);
        int from = _shape.Window == 0 ? 0 : Math.Max(0, Past + query - _shape.Window + 1);
        return (Math.Max(0, from - keys.First), Past + query + 1 - keys.First);
    }

    /// <summary>A range and what fills its last strip from the next sequence, if there is one: whole strips are packed much faster.</summary>
    public KeyRange WholeStrips(KeyRange range) => range with { Count = Math.Min(Strips.Count(range.Count) * Strips.Lanes, _k.Rows - Start - range.First) };

    public MatrixView Q(int first, int count) => new(Of(_q.Memory, _q.Columns, first), count, Width, _q.Columns);

    /// <summary>The keys of one part.</summary>
    public MatrixView K(KeyRange part) => OfKeys(_cache is null ? _k.Memory[((Start + part.First) * _k.Columns)..] : _cache.Keys(_layer, part.First), part.Count);

    /// <summary>The values of one part.</summary>
    public MatrixView V(KeyRange part) => OfKeys(_cache is null ? _v.Memory[((Start + part.First) * _v.Columns)..] : _cache.Values(_layer, part.First), part.Count);

    public Memory<float> QueryGrad(int first) => Of(_q.GradMemory, _q.Columns, first);

    /// <summary>Where this head adds its part of the gradient of keys or values.</summary>
    public Memory<float> KeyGrad(Tensor target, KeyRange keys) => Of(target.GradMemory, target.Columns, keys.First);

    MatrixView OfKeys(Memory<float> rows, int count) => new(rows[_keyColumn..], count, Width, _k.Columns);

    /// <summary>This head's columns from a row of the sequence on.</summary>
    public Memory<float> Of(Memory<float> memory, int columns, int row) => memory[((Start + row) * columns + Number * Width)..];
}
