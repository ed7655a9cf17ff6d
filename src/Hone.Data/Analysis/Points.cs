using System.Runtime.InteropServices;
using Hone.Engine;
using Hone.Engine.Kernels;

namespace Hone.Data.Analysis;

/// <summary>Vectors of one length in one block of memory: a row for each text. [count, dimensions]</summary>
public sealed class Points
{
    /// <summary>Of the numbers of one block.</summary>
    internal const int LongestBlock = 0x7FFFFFC7;

    /// <param name="values">Row after row; not copied.</param>
    public Points(float[] values, int count, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)count * dimensions)
            throw new ArgumentException($"{values.Length} numbers are not {count} x {dimensions}.", nameof(values));
        (Values, Count, Dimensions) = (values, count, dimensions);
    }

    public float[] Values { get; }

    public int Count { get; }

    public int Dimensions { get; }

    /// <summary>As the engine's products see it.</summary>
    public MatrixView View => new(Values, Count, Dimensions);

    /// <summary>Copies vectors, which must be of one length and hold finite numbers.</summary>
    /// <param name="nameOf">What to call a vector in an error: its line or its place.</param>
    /// <exception cref="HoneException">There are none, one is of another length or holds a number that is not finite, or they take more memory than one block can have.</exception>
    public static Points Of(IReadOnlyList<float[]> vectors, Func<int, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(nameOf);
        if (vectors.Count == 0 || vectors[0].Length == 0)
            throw None();
        int dimensions = vectors[0].Length;
        if ((long)vectors.Count * dimensions > LongestBlock)
            throw TooMany(vectors.Count, dimensions);
        var values = new float[vectors.Count * dimensions];
        for (int i = 0; i < vectors.Count; i++)
        {
            int row = i;
            Require(vectors[i], dimensions, () => nameOf(row));
            vectors[i].CopyTo(values, i * dimensions);
        }
        return new Points(values, vectors.Count, dimensions);
    }

    public Span<float> Row(int index) => Values.AsSpan(index * Dimensions, Dimensions);

    /// <summary>The rows at <paramref name="indices"/>, in that order.</summary>
    public Points Take(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var taken = new Points(new float[indices.Count * Dimensions], indices.Count, Dimensions);
        for (int i = 0; i < indices.Count; i++)
            Row(indices[i]).CopyTo(taken.Row(i));
        return taken;
    }

    /// <summary>How many different rows there are; counting ends at <paramref name="most"/>.</summary>
    internal int CountDifferent(int most)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < Count && seen.Count < most; i++)
            seen.Add(new string(MemoryMarshal.Cast<float, char>(Row(i))));
        return seen.Count;
    }

    /// <summary>A copy whose rows have length 1, for which cosine and Euclidean distance give the same order.</summary>
    /// <param name="nameOf">What to call a row in an error.</param>
    /// <exception cref="HoneException">A row holds nothing but zeros, which has no direction.</exception>
    public Points Unit(Func<int, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(nameOf);
        var unit = new Points(new float[Values.Length], Count, Dimensions);
        for (int i = 0; i < Count; i++)
        {
            int row = i;
            MakeUnit(Row(i), unit.Row(i), () => nameOf(row));
        }
        return unit;
    }

    /// <summary>A vector's direction: the vector made of length 1.</summary>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="HoneException">It holds nothing but zeros, which has no direction.</exception>
    internal static void MakeUnit(ReadOnlySpan<float> vector, Span<float> unit, Func<string> name)
    {
        double squares = 0;
        foreach (float value in vector)
            squares += (double)value * value;
        if (squares == 0)
            throw new HoneException(Text.Of($"{name()}: the vector holds nothing but zeros and has no direction. Leave it out.", $"{name()}：向量全为零，没有方向。请去掉。"));
        double scale = 1 / Math.Sqrt(squares);
        for (int i = 0; i < vector.Length; i++)
            unit[i] = (float)(vector[i] * scale);
    }

    /// <summary>A·Bᵀ of the rows from <paramref name="first"/> on with all rows of <paramref name="others"/>. [count, others]</summary>
    internal void Products(int first, int count, Points others, float[] products) =>
        Gemm.Multiply(View.RowRange(first, count), others.View.Transposed, products, others.Count);

    /// <summary>No vectors at all, as an error for people.</summary>
    internal static HoneException None() => new(Text.Of("There are no vectors.", "没有向量。"));

    /// <summary>More vectors than one block holds, as an error for people.</summary>
    internal static HoneException TooMany(int count, int dimensions) => new(Text.Of(
        $"{count} vectors of {dimensions} numbers are too many to analyse at once. Take a sample with: hone data sample",
        $"{count} 个 {dimensions} 维向量过多，无法一次分析。请先抽样：hone data sample"));

    /// <summary>Refuses a vector of another length, and numbers that are not finite.</summary>
    internal static void Require(ReadOnlySpan<float> vector, int dimensions, Func<string> name)
    {
        if (vector.Length != dimensions)
            throw new HoneException(Text.Of(
                $"{name()}: the vector has {vector.Length} numbers, those before it {dimensions}. Use vectors of one model and one length.",
                $"{name()}：向量有 {vector.Length} 个数，之前的向量有 {dimensions} 个。请使用同一模型、同一维数的向量。"));
        foreach (float value in vector)
            if (!float.IsFinite(value))
                throw new HoneException(Text.Of($"{name()}: the vector holds {value}, which is no finite number. Leave it out, or embed the text again.", $"{name()}：向量含有 {value}，不是有限数。请去掉，或重新生成该文本的向量。"));
    }
}
