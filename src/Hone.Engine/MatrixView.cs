namespace Hone.Engine;

/// <summary>A matrix in somebody else's memory: row-major with a stride, or the transpose of that.</summary>
/// <remarks>The numbers are in <see cref="Singles"/> for F32 and, as bit patterns, in <see cref="Halves"/> for BF16 and F16.</remarks>
public readonly struct MatrixView
{
    MatrixView(ElementType type, Memory<float> singles, ReadOnlyMemory<ushort> halves, int rows, int columns, int stride, bool isTransposed)
    {
        Type = type;
        Singles = singles;
        Halves = halves;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        IsTransposed = isTransposed;
    }

    /// <param name="memory">Starts at element (0, 0).</param>
    /// <param name="stride">Elements from one stored row to the next.</param>
    public MatrixView(Memory<float> memory, int rows, int columns, int stride)
        : this(ElementType.F32, memory, default, rows, columns, stride, false) { }

    public MatrixView(Memory<float> memory, int rows, int columns)
        : this(memory, rows, columns, columns) { }

    /// <param name="type">BF16 or F16.</param>
    public MatrixView(ElementType type, ReadOnlyMemory<ushort> memory, int rows, int columns)
        : this(type, default, memory, rows, columns, columns, false) { }

    public ElementType Type { get; }

    public Memory<float> Singles { get; }

    public ReadOnlyMemory<ushort> Halves { get; }

    /// <summary>Rows of the matrix as it is seen, after any transposition.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix as it is seen, after any transposition.</summary>
    public int Columns { get; }

    /// <summary>Elements from one stored row to the next; a stored row is a column when <see cref="IsTransposed"/>.</summary>
    public int Stride { get; }

    public bool IsTransposed { get; }

    /// <summary>The same memory read as the transpose.</summary>
    public MatrixView Transposed => new(Type, Singles, Halves, Columns, Rows, Stride, !IsTransposed);

    /// <summary>Rows <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/>.</summary>
    public MatrixView RowRange(int first, int count)
    {
        if (IsTransposed)
            return new(Type, Skip(Singles, first), Skip(Halves, first), count, Columns, Stride, true);
        return new(Type, Skip(Singles, first * Stride), Skip(Halves, first * Stride), count, Columns, Stride, false);
    }

    /// <summary>Columns <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/>.</summary>
    public MatrixView ColumnRange(int first, int count) => Transposed.RowRange(first, count).Transposed;

    static Memory<float> Skip(Memory<float> memory, int count) => memory.IsEmpty ? memory : memory[count..];

    static ReadOnlyMemory<ushort> Skip(ReadOnlyMemory<ushort> memory, int count) => memory.IsEmpty ? memory : memory[count..];
}
