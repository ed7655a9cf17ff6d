using Hone.Engine.Kernels;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Kernels;

[Collection(RunsAlone.Name)]
public class GemmTests
{
    /// <summary>Around the tile (8 x 48), its vectors (16) and the block of K (1024).</summary>
    public static TheoryData<int, int, int> Shapes =>
        new()
        {
            { 1, 1, 1 }, { 1, 7, 15 }, { 7, 1, 16 }, { 7, 15, 17 }, { 8, 48, 1024 }, { 9, 49, 1025 }, { 15, 31, 33 }, { 16, 16, 16 }, { 17, 33, 31 },
            { 31, 97, 48 }, { 33, 64, 1 }, { 48, 17, 49 }, { 49, 8, 1023 }, { 64, 96, 64 }, { 97, 47, 2049 }, { 130, 20, 70 }, { 20, 130, 70 }, { 512, 16, 100 },
            { 16, 512, 100 }, { 3, 700, 1153 }, { 700, 3, 1153 },
        };

    [Theory, MemberData(nameof(Shapes))]
    public void Products_of_float32_agree_with_their_definition_in_every_transposition(int m, int n, int k)
    {
        foreach (bool aTransposed in new[] { false, true })
        {
            foreach (bool bTransposed in new[] { false, true })
            {
                Matrix a = Matrix.Random(m, k, ElementType.F32, aTransposed, seed: 1);
                Matrix b = Matrix.Random(k, n, ElementType.F32, bTransposed, seed: 2);

                Check(a, b, alpha: 1, accumulate: false);
                Check(a, b, alpha: -0.5f, accumulate: true);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Products_of_16_bit_matrices_agree_with_their_definition(int m, int n, int k)
    {
        foreach (ElementType type in new[] { ElementType.BF16, ElementType.F16 })
        {
            foreach (bool transposed in new[] { false, true })
            {
                Check(Matrix.Random(m, k, ElementType.F32, false, seed: 1), Matrix.Random(k, n, type, transposed, seed: 2), alpha: 1, accumulate: false);
                Check(Matrix.Random(m, k, type, transposed, seed: 1), Matrix.Random(k, n, type, false, seed: 2), alpha: 2, accumulate: true);
            }
        }
    }

    [Fact]
    public void A_product_larger_than_the_pack_buffers_agrees_with_its_definition()
    {
        Check(Matrix.Random(1030, 1020, ElementType.F32, false, seed: 1), Matrix.Random(1020, 1020, ElementType.BF16, true, seed: 2), alpha: 1, accumulate: true);
        Check(Matrix.Random(40, 30_000, ElementType.F32, false, seed: 1), Matrix.Random(30_000, 50, ElementType.F32, false, seed: 2), alpha: 1, accumulate: false);
    }

    [Fact]
    public void A_product_over_nothing_is_zero()
    {
        float[] c = [1, 2, 3, 4];

        Gemm.Multiply(new MatrixView(Memory<float>.Empty, 2, 0), new MatrixView(Memory<float>.Empty, 0, 2), c, 2, accumulate: true);
        c.ShouldBe([1, 2, 3, 4]);

        Gemm.Multiply(new MatrixView(Memory<float>.Empty, 2, 0), new MatrixView(Memory<float>.Empty, 0, 2), c, 2);
        c.ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void Infinity_and_NaN_stay_in_their_row_and_column()
    {
        Matrix a = Matrix.Random(9, 20, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(20, 49, ElementType.F16, true, seed: 2);
        a.View.Singles.Span[3 * a.View.Stride] = float.PositiveInfinity;
        a.View.Singles.Span[8 * a.View.Stride] = float.NaN;

        float[] c = Multiply(a, b, alpha: 1, accumulate: false, out _);

        for (int row = 0; row < 9; row++)
            c.AsSpan(row * 49, 49).ToArray().All(float.IsFinite).ShouldBe(row is not (3 or 8), $"row {row}");
    }

    [Theory]
    [InlineData(77, 1500, 500, ElementType.BF16)]
    [InlineData(1500, 77, 500, ElementType.F32)]
    [InlineData(100, 16, 1000, ElementType.F32)]
    public void The_bits_do_not_depend_on_the_number_of_threads(int m, int n, int k, ElementType type)
    {
        Matrix a = Matrix.Random(m, k, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(k, n, type, true, seed: 2);

        float[] alone = WithThreads(1, () => Multiply(a, b, 1, true, out _));
        float[] together = WithThreads(3, () => Multiply(a, b, 1, true, out _));

        together.ShouldBe(alone);
    }

    [Theory]
    [InlineData(false, ElementType.F32)]
    [InlineData(true, ElementType.F32)]
    [InlineData(true, ElementType.BF16)]
    public void The_bits_of_a_row_do_not_depend_on_the_other_rows(bool transposed, ElementType type)
    {
        const int Rows = 150, Columns = 130, Depth = 800;
        Matrix a = Matrix.Random(Rows, Depth, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(Depth, Columns, type, transposed, seed: 2);

        var all = new float[Rows * Columns];
        Gemm.Multiply(a.View, b.View, all, Columns);

        foreach (int count in new[] { 1, 5, 8, 40, 131 })
        {
            var some = new float[count * Columns];
            Gemm.Multiply(a.View.RowRange(7, count), b.View, some, Columns);
            some.ShouldBe(all.AsSpan(7 * Columns, count * Columns).ToArray(), $"{count} rows");
        }
    }

    [Fact]
    public void A_product_inside_a_loop_of_workers_has_the_same_bits()
    {
        Matrix a = Matrix.Random(70, 90, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(90, 60, ElementType.F32, true, seed: 2);
        var expected = new float[70 * 60];
        Gemm.Multiply(a.View, b.View, expected, 60);

        var results = new float[8][];
        Workers.For(results.Length, item => Gemm.Multiply(a.View, b.View, results[item] = new float[70 * 60], 60));

        results.ShouldAllBe(result => result.SequenceEqual(expected));
    }

    [Fact]
    public void A_product_like_the_last_allocates_nothing()
    {
        Matrix a = Matrix.Random(64, 900, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(900, 500, ElementType.BF16, true, seed: 2);
        var c = new float[64 * 500];

        long allocated = Allocations.OfRepeated(() => Gemm.Multiply(a.View, b.View, c, 500));

        allocated.ShouldBe(0);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var matrix = new MatrixView(new float[6], 2, 3);

        Should.Throw<ArgumentException>(() => Gemm.Multiply(matrix, matrix, new float[9], 3));
        Should.Throw<ArgumentException>(() => Gemm.Multiply(matrix, matrix.Transposed, new float[3], 2));
    }

    static float[] WithThreads(int threads, Func<float[]> compute)
    {
        int before = Workers.Threads;
        Workers.Threads = threads;
        float[] result = compute();
        Workers.Threads = before;
        return result;
    }

    static void Check(Matrix a, Matrix b, float alpha, bool accumulate)
    {
        float[] c = Multiply(a, b, alpha, accumulate, out float[] before);

        int n = b.Columns;
        for (int row = 0; row < a.Rows; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double sum = 0, magnitude = 1;
                for (int k = 0; k < a.Columns; k++)
                {
                    double product = (double)a.Values[row * a.Columns + k] * b.Values[k * n + column];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                double expected = (accumulate ? before[row * n + column] : 0) + alpha * sum;
                if (!(Math.Abs(c[row * n + column] - expected) <= 1e-6 * magnitude))
                    Assert.Fail($"{a.Rows}x{n}x{a.Columns} {a.View.Type} {b.View.Type}: C[{row}, {column}] is {c[row * n + column]}, not {expected}");
            }
        }
    }

    /// <summary>Into the middle of a larger matrix, whose other elements must stay as they are.</summary>
    static float[] Multiply(Matrix a, Matrix b, float alpha, bool accumulate, out float[] before)
    {
        int stride = b.Columns + 5;
        var c = new float[a.Rows * stride];
        for (int i = 0; i < c.Length; i++)
            c[i] = i % 17;

        Gemm.Multiply(a.View, b.View, c, stride, alpha, accumulate);

        before = new float[a.Rows * b.Columns];
        var result = new float[a.Rows * b.Columns];
        for (int i = 0; i < c.Length; i++)
        {
            if (i % stride < b.Columns)
                (before[i / stride * b.Columns + i % stride], result[i / stride * b.Columns + i % stride]) = (i % 17, c[i]);
            else
                c[i].ShouldBe(i % 17);
        }

        return result;
    }
}
