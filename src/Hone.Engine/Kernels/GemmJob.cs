namespace Hone.Engine.Kernels;

/// <summary>One matrix product, cut into blocks: the smaller operand is packed once and shared, the larger one is packed piece by piece by the items that use it.</summary>
/// <remarks>A thread keeps its job and its pack buffers, so that a product like the last one allocates nothing.</remarks>
sealed class GemmJob
{
    /// <summary>Longest stretch of K that one tile sums in registers: 1.04x over 384, because C is read and written less often.</summary>
    const int BlockDepth = 1024;

    /// <summary>Floats of the shared operand that are packed at a time: few enough for the last level cache, enough that threads seldom wait for each other.</summary>
    const int SharedLength = 1024 * 1024;

    /// <summary>Numbers of the split operand from which on it is fetched ahead, while tiles are computed: 1.09x on the output head of Qwen2-0.5B (128 x 151936 x 896).</summary>
    const int PrefetchLength = 2_000_000;

    /// <summary>Rows of the shared operand up to which that pays: with more of them packing is a small part, and the fetched lines are in the way of the packed ones: 0.96x for 512 x 3584 x 896.</summary>
    const int PrefetchRows = 256;

    /// <summary>Below this many floats, packing the shared operand is not worth a second thread.</summary>
    const int SerialPackLength = 8 * 1024;

    /// <summary>Multiplications that are worth a thread's while.</summary>
    const long SerialWork = 64 * 1024;

    /// <summary>Strips of B that an item packs at a time: 1.07x over one tile's width on GPT-2's [K, N] weights, whose rows are then read in longer runs.</summary>
    const int PanelStrips = 2 * GemmTile.Width;

    const int ItemsPerThread = 4;

    [ThreadStatic]
    static Memory<float> _ownStrips;

    readonly Action<int> _packShared;
    readonly Action<int> _multiplyItem;
    Memory<float> _sharedStrips;

    MatrixView _shared; // [J, K], A or Bᵀ
    MatrixView _split;  // [J, K], the other one
    bool _sharesA;
    Memory<float> _c;
    int _cStride;
    float _alpha;
    bool _accumulate;

    int _blockDepth;
    int _firstStrip, _strips;  // of the shared operand, in this round
    int _firstColumn, _depth;  // of K, in this round
    int _itemStrips;           // of the split operand, for one item
    int _parts, _partStrips;   // of the shared operand's strips
    int _threads;
    bool _prefetches;

    public GemmJob()
    {
        _packShared = PackShared;
        _multiplyItem = MultiplyItem;
    }

    public void Run(in MatrixView a, in MatrixView b, Memory<float> c, int cStride, float alpha, bool accumulate)
    {
        _sharesA = a.Rows <= b.Columns;
        _shared = _sharesA ? a : b.Transposed;
        _split = _sharesA ? b.Transposed : a;
        (_c, _cStride, _alpha, _accumulate) = (c, cStride, alpha, accumulate);

        int depth = a.Columns;
        if (depth == 0)
            Clear();
        int blocks = Math.Max(1, (depth + BlockDepth - 1) / BlockDepth);
        _blockDepth = ((depth + blocks - 1) / blocks + Strips.Lanes - 1) / Strips.Lanes * Strips.Lanes;
        int strips = Strips.Count(_shared.Rows);
        int roundStrips = Math.Max(1, SharedLength / (_blockDepth * Strips.Lanes + 1) / GemmTile.Width) * GemmTile.Width;
        roundStrips = Math.Min(roundStrips, strips);
        int roundBlocks = Math.Max(1, SharedLength / (roundStrips * Strips.Lanes * _blockDepth + 1));
        _prefetches = _shared.Rows <= PrefetchRows && (long)_split.Rows * depth >= PrefetchLength && depth >= GemmTile.PrefetchDepth;
        bool isSerial = (long)a.Rows * b.Columns * depth < SerialWork;

        for (_firstStrip = 0; _firstStrip < strips; _firstStrip += roundStrips)
        {
            _strips = Math.Min(roundStrips, strips - _firstStrip);
            for (_firstColumn = 0; _firstColumn < depth; _firstColumn += _depth)
            {
                _depth = Math.Min(roundBlocks * _blockDepth, depth - _firstColumn);
                RunRound(isSerial);
            }
        }

        _shared = _split = default;
        _c = default;
    }

    void RunRound(bool isSerial)
    {
        int length = _strips * Strips.Lanes * _depth;
        if (_sharedStrips.Length < length)
            _sharedStrips = AlignedMemory.Allocate<float>(length);
        For(_strips, _packShared, isSerial || length < SerialPackLength);

        int threads = _threads = isSerial ? 1 : Workers.Threads;
        int strips = Strips.Count(_split.Rows);
        _itemStrips = _sharesA ? PanelStrips : Math.Clamp(strips / (threads * ItemsPerThread), 1, 4);
        int items = (strips + _itemStrips - 1) / _itemStrips;
        _parts = threads == 1 ? 1 : Math.Clamp(threads * ItemsPerThread / items, 1, (_strips + GemmTile.Width - 1) / GemmTile.Width);
        _partStrips = ((_strips + _parts - 1) / _parts + GemmTile.Width - 1) / GemmTile.Width * GemmTile.Width;
        _parts = (_strips + _partStrips - 1) / _partStrips;
        For(items * _parts, _multiplyItem, isSerial);
    }

    static void For(int count, Action<int> body, bool isSerial)
    {
        if (!isSerial)
        {
            Workers.For(count, body);
            return;
        }

        for (int i = 0; i < count; i++)
            body(i);
    }

    /// <summary>One strip, block after block: [blocks][strips][K of the block][16].</summary>
    void PackShared(int strip)
    {
        for (int k = 0; k < _depth; k += _blockDepth)
        {
            int depth = Math.Min(_blockDepth, _depth - k);
            Strips.Pack(_shared, _firstStrip + strip, 1, _firstColumn + k, depth, SharedStrip(strip, k, depth), inHalves: _sharesA);
        }
    }

    Span<float> SharedStrip(int strip, int k, int depth) => _sharedStrips.Span[(k * _strips * Strips.Lanes + strip * depth * Strips.Lanes)..];

    void MultiplyItem(int item)
    {
        int first = item / _parts * _itemStrips;
        int count = Math.Min(_itemStrips, Strips.Count(_split.Rows) - first);
        int firstShared = item % _parts * _partStrips;
        int sharedCount = Math.Min(_partStrips, _strips - firstShared);
        int length = _itemStrips * Strips.Lanes * _blockDepth;
        if (_ownStrips.Length < length)
            _ownStrips = AlignedMemory.Allocate<float>(Math.Max(length, PanelStrips * Strips.Lanes * BlockDepth));
        Span<float> own = _ownStrips.Span;

        for (int k = 0; k < _depth; k += _blockDepth)
        {
            int depth = Math.Min(_blockDepth, _depth - k);
            bool add = _accumulate || _firstColumn + k > 0;
            Strips.Pack(_split, first, count, _firstColumn + k, depth, own, inHalves: !_sharesA);
            ReadOnlySpan<float> shared = SharedStrip(firstShared, k, depth);
            NextBlock next = k + depth < _depth
                ? new(first, count, _firstColumn + k + depth, Math.Min(_blockDepth, _depth - k - depth))
                : new(first + _itemStrips * _threads, _itemStrips, _firstColumn, Math.Min(_blockDepth, _depth));
            if (_sharesA)
                MultiplyStrips(shared, _firstStrip + firstShared, sharedCount, own, first, count, depth, add, next);
            else
                MultiplyStrips(own, first, count, shared, _firstStrip + firstShared, sharedCount, depth, add, next);
        }
    }

    readonly record struct NextBlock(int First, int Count, int FirstColumn, int Depth);

    /// <summary>Every tile of some strips of A and some strips of B.</summary>
    void MultiplyStrips(ReadOnlySpan<float> a, int firstA, int countA, ReadOnlySpan<float> b, int firstB, int countB, int depth, bool add, NextBlock next)
    {
        int rows = _sharesA ? _shared.Rows : _split.Rows;
        int columns = _sharesA ? _split.Rows : _shared.Rows;
        int stripLength = depth * Strips.Lanes;
        int panels = (countB + GemmTile.Width - 1) / GemmTile.Width;
        int halves = Math.Min(2 * countA, (rows - firstA * Strips.Lanes + GemmTile.Rows - 1) / GemmTile.Rows);
        int tiles = panels * halves;
        Span<float> c = _c.Span;
        for (int tile = 0; tile < tiles; tile++)
        {
            // The shared operand, which comes from farther away, is walked through once.
            int half = _sharesA ? tile / panels : tile % halves;
            int j = (_sharesA ? tile % panels : tile / halves) * GemmTile.Width;
            int row = firstA * Strips.Lanes + half * GemmTile.Rows;
            int column = (firstB + j) * Strips.Lanes;
            int tileStrips = Math.Min(GemmTile.Width, countB - j);
            if (_prefetches)
                Strips.Prefetch(_split, next.First, next.Count, next.FirstColumn, next.Depth, tile, tiles);
            GemmTile.Multiply(
                a[(half * GemmTile.Rows * depth)..], b.Slice(j * stripLength, tileStrips * stripLength), depth,
                c[(row * _cStride + column)..], _cStride, Math.Min(GemmTile.Rows, rows - row), Math.Min(tileStrips * Strips.Lanes, columns - column), _alpha, add);
        }
    }

    /// <summary>The product over nothing.</summary>
    void Clear()
    {
        int rows = _sharesA ? _shared.Rows : _split.Rows;
        int columns = _sharesA ? _split.Rows : _shared.Rows;
        for (int row = 0; row < rows && !_accumulate; row++)
            _c.Span.Slice(row * _cStride, columns).Clear();
    }
}
