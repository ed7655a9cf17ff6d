namespace Hone.Engine.Tests.Kernels;

/// <summary>A random matrix in one of the stored forms, with its values as plain float32 beside it.</summary>
sealed class Matrix
{
    Matrix(MatrixView view, float[] values)
    {
        View = view;
        Values = values;
    }

    public MatrixView View { get; }

    /// <summary>Row-major, as seen through <see cref="View"/>.</summary>
    public float[] Values { get; }

    public int Rows => View.Rows;

    public int Columns => View.Columns;

    public static Matrix Random(int rows, int columns, ElementType type, bool isTransposed, int seed)
    {
        (int storedRows, int storedColumns) = isTransposed ? (columns, rows) : (rows, columns);
        int stride = type == ElementType.F32 ? storedColumns + 3 : storedColumns;
        var random = new Random(seed);
        var singles = new float[storedRows * stride];
        var halves = new ushort[storedRows * stride];
        for (int i = 0; i < singles.Length; i++)
        {
            float value = random.NextSingle() * 2 - 1;
            if (type == ElementType.BF16)
            {
                halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
                value = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
            }
            else if (type == ElementType.F16)
            {
                var half = (Half)(i % 11 == 0 ? value * 1e-5f : value); // subnormals among them
                halves[i] = BitConverter.HalfToUInt16Bits(half);
                value = (float)half;
            }

            singles[i] = value;
        }

        MatrixView stored = type == ElementType.F32 ? new(singles, storedRows, storedColumns, stride) : new(type, halves, storedRows, storedColumns);
        var values = new float[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                values[row * columns + column] = singles[isTransposed ? column * stride + row : row * stride + column];
        }

        return new Matrix(isTransposed ? stored.Transposed : stored, values);
    }
}
