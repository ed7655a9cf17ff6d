namespace Hone.Engine.Kernels;

/// <summary>One product of <see cref="Gemv"/>, cut into pieces of B for the worker threads.</summary>
/// <remarks>A thread keeps its job and its buffers, so that a product like the last one allocates nothing.</remarks>
sealed class GemvJob
{
    const int ItemsPerThread = 8;

    /// <summary>Rows of Bᵀ in one item, at most: a late thread costs no more than this.</summary>
    const int MostRows = 512;

    [ThreadStatic]
    static float[]? _sums;

    readonly Action<int> _dotItem;
    readonly Action<int> _sweepItem;

    float[] _vectors = []; // [M, K in whole steps], in the order in which B is widened
    MatrixView _x, _b;
    Memory<float> _y;
    int _yStride;
    float _alpha;
    bool _accumulate;
    int _itemRows;

    public GemvJob()
    {
        _dotItem = DotItem;
        _sweepItem = SweepItem;
    }

    public void Run(in MatrixView x, in MatrixView b, Memory<float> y, int yStride, float alpha, bool accumulate)
    {
        (_x, _b, _y, _yStride, _alpha, _accumulate) = (x, b, y, yStride, alpha, accumulate);
        int columns = b.Columns;
        if (b.IsTransposed)
        {
            OrderVectors();
            int rows = columns / (Workers.Threads * ItemsPerThread) / DotTile.Rows * DotTile.Rows;
            _itemRows = Math.Clamp(rows, DotTile.Rows, MostRows);
            Workers.For((columns + _itemRows - 1) / _itemRows, _dotItem);
        }
        else
        {
            Workers.For((columns + SweepTile.Columns - 1) / SweepTile.Columns, _sweepItem);
        }

        (_x, _b, _y) = (default, default, default);
    }

    int WholeDepth => _x.Columns / DotTile.Step * DotTile.Step;

    void OrderVectors()
    {
        int depth = WholeDepth;
        if (_vectors.Length < _x.Rows * depth)
            _vectors = GC.AllocateUninitializedArray<float>(_x.Rows * depth, pinned: true);
        for (int row = 0; row < _x.Rows; row++)
        {
            ReadOnlySpan<float> from = _x.Singles.Span.Slice(row * _x.Stride, depth);
            Span<float> to = _vectors.AsSpan(row * depth, depth);
            if (_b.Type == ElementType.BF16)
                Deinterleave(from, to);
            else
                from.CopyTo(to);
        }
    }

    static void Deinterleave(ReadOnlySpan<float> from, Span<float> to)
    {
        const int Half = DotTile.Step / 2;
        for (int k = 0; k < from.Length; k += DotTile.Step)
        {
            ReadOnlySpan<float> source = from.Slice(k, DotTile.Step);
            Span<float> target = to.Slice(k, DotTile.Step);
            for (int i = 0; i < Half; i++)
                (target[i], target[Half + i]) = (source[2 * i], source[2 * i + 1]);
        }
    }

    void DotItem(int item)
    {
        if (_b.Type == ElementType.F32)
            DotItem<SingleFormat, float>(_b.Singles.Span, item);
        else if (_b.Type == ElementType.BF16)
            DotItem<BFloat16Format, ushort>(_b.Halves.Span, item);
        else
            DotItem<Float16Format, ushort>(_b.Halves.Span, item);
    }

    void DotItem<TFormat, T>(ReadOnlySpan<T> weights, int item)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        int m = _x.Rows, depth = WholeDepth, stride = _b.Stride;
        Span<float> sums = Sums(m * DotTile.Rows);
        Span<float> y = _y.Span;
        int end = Math.Min((item + 1) * _itemRows, _b.Columns);
        for (int first = item * _itemRows; first < end; first += DotTile.Rows)
        {
            int count = Math.Min(DotTile.Rows, end - first);
            // The last tile may be short: it reads rows before it once more and leaves them alone.
            int start = Math.Max(0, Math.Min(first, _b.Columns - DotTile.Rows));
            if (_b.Columns < DotTile.Rows)
                DotFewRows<TFormat, T>(weights, sums);
            else
                DotTile.Multiply<TFormat, T>(_vectors, m, weights[(start * stride)..], stride, depth, sums);
            if (depth < _x.Columns)
                AddRest<TFormat, T>(weights, start, Math.Min(DotTile.Rows, _b.Columns), sums);
            for (int i = 0; i < m; i++)
                Put(sums.Slice(i * DotTile.Rows + first - start, count), y.Slice(i * _yStride + first, count));
        }
    }

    /// <summary>Adds what the last columns of Bᵀ contribute, fewer than a step.</summary>
    void AddRest<TFormat, T>(ReadOnlySpan<T> weights, int firstRow, int rows, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        for (int i = 0; i < _x.Rows; i++)
        {
            ReadOnlySpan<float> x = _x.Singles.Span.Slice(i * _x.Stride, _x.Columns);
            for (int row = 0; row < rows; row++)
            {
                for (int k = WholeDepth; k < x.Length; k++)
                    sums[i * DotTile.Rows + row] += x[k] * TFormat.Widen(weights[(firstRow + row) * _b.Stride + k]);
            }
        }
    }

    /// <summary>Fewer rows than a tile has.</summary>
    void DotFewRows<TFormat, T>(ReadOnlySpan<T> weights, Span<float> sums)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        int depth = WholeDepth;
        for (int i = 0; i < _x.Rows; i++)
        {
            ReadOnlySpan<float> x = _x.Singles.Span.Slice(i * _x.Stride, depth);
            for (int row = 0; row < _b.Columns; row++)
            {
                float sum = 0;
                for (int k = 0; k < depth; k++)
                    sum += x[k] * TFormat.Widen(weights[row * _b.Stride + k]);
                sums[i * DotTile.Rows + row] = sum;
            }
        }
    }

    void SweepItem(int item)
    {
        if (_b.Type == ElementType.F32)
            SweepItem<SingleFormat, float>(_b.Singles.Span, item);
        else if (_b.Type == ElementType.BF16)
            SweepItem<BFloat16Format, ushort>(_b.Halves.Span, item);
        else
            SweepItem<Float16Format, ushort>(_b.Halves.Span, item);
    }

    void SweepItem<TFormat, T>(ReadOnlySpan<T> weights, int item)
        where TFormat : INumberFormat<T>
        where T : unmanaged
    {
        int first = item * SweepTile.Columns;
        int columns = Math.Min(SweepTile.Columns, _b.Columns - first);
        Span<float> sums = Sums(_x.Rows * SweepTile.Columns);
        if (columns == SweepTile.Columns)
            SweepTile.Multiply<TFormat, T>(_x.Singles.Span, _x.Stride, _x.Rows, weights[first..], _b.Stride, _b.Rows, sums);
        else
            SweepTile.MultiplyRest<TFormat, T>(_x.Singles.Span, _x.Stride, _x.Rows, weights[first..], _b.Stride, columns, _b.Rows, sums);

        Span<float> y = _y.Span;
        for (int i = 0; i < _x.Rows; i++)
            Put(sums.Slice(i * SweepTile.Columns, columns), y.Slice(i * _yStride + first, columns));
    }

    void Put(ReadOnlySpan<float> sums, Span<float> y)
    {
        for (int i = 0; i < sums.Length; i++)
            y[i] = _accumulate ? y[i] + _alpha * sums[i] : _alpha * sums[i];
    }

    static Span<float> Sums(int length)
    {
        if (_sums is null || _sums.Length < length)
            _sums = GC.AllocateUninitializedArray<float>(Math.Max(length, 8 * SweepTile.Columns), pinned: true);
        return _sums.AsSpan(0, length);
    }
}
