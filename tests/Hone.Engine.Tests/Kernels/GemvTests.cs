using Hone.Engine.Kernels;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Kernels;

[Collection(RunsAlone.Name)]
public class GemvTests
{
    /// <summary>Around the tiles: 3 vectors, 8 rows or 128 columns of the matrix, 32 of K.</summary>
    public static TheoryData<int, int, int> Shapes =>
        new()
        {
            { 1, 1, 1 }, { 1, 7, 31 }, { 1, 8, 32 }, { 1, 9, 33 }, { 2, 15, 64 }, { 3, 16, 65 }, { 4, 17, 97 }, { 5, 127, 48 }, { 7, 128, 49 }, { 8, 129, 7 },
            { 9, 257, 160 }, { 33, 300, 128 }, { 64, 31, 100 }, { 1, 5000, 96 },
        };

    [Theory, MemberData(nameof(Shapes))]
    public void Products_agree_with_their_definition(int m, int n, int k)
    {
        foreach (ElementType type in new[] { ElementType.F32, ElementType.BF16, ElementType.F16 })
        {
            foreach (bool transposed in new[] { false, true })
            {
                Matrix x = Matrix.Random(m, k, ElementType.F32, false, seed: 1);
                Matrix b = Matrix.Random(k, n, type, transposed, seed: 2);

                Check(x, b, alpha: 1, accumulate: false);
                Check(x, b, alpha: -0.5f, accumulate: true);
            }
        }
    }

    [Theory]
    [InlineData(ElementType.F32, false)]
    [InlineData(ElementType.BF16, false)]
    [InlineData(ElementType.F32, true)]
    [InlineData(ElementType.BF16, true)]
    [InlineData(ElementType.F16, true)]
    public void The_bits_of_a_row_depend_neither_on_the_other_rows_nor_on_the_threads(ElementType type, bool transposed)
    {
        const int Rows = 11, Columns = 1003, Depth = 333;
        Matrix x = Matrix.Random(Rows, Depth, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(Depth, Columns, type, transposed, seed: 2);
        int threads = Workers.Threads;
        Workers.Threads = 1;
        var all = new float[Rows * Columns];
        Gemv.Multiply(x.View, b.View, all, Columns);

        Workers.Threads = 3;
        for (int count = 1; count <= 10; count++)
        {
            var some = new float[count * Columns];
            Gemv.Multiply(x.View.RowRange(1, count), b.View, some, Columns);
            some.ShouldBe(all.AsSpan(Columns, count * Columns).ToArray(), $"{count} rows");
        }

        Workers.Threads = threads;
    }

    [Fact]
    public void A_product_like_the_last_allocates_nothing()
    {
        Matrix x = Matrix.Random(4, 96, ElementType.F32, false, seed: 1);
        Matrix b = Matrix.Random(96, 4000, ElementType.BF16, true, seed: 2);
        var y = new float[4 * 4000];

        long allocated = Allocations.OfRepeated(() => Gemv.Multiply(x.View, b.View, y, 4000));

        allocated.ShouldBe(0);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var matrix = new MatrixView(new float[6], 2, 3);

        Should.Throw<ArgumentException>(() => Gemv.Multiply(matrix, matrix, new float[9], 3));
        Should.Throw<ArgumentException>(() => Gemv.Multiply(matrix.Transposed, matrix, new float[9], 3));
        Should.Throw<ArgumentException>(() => Gemv.Multiply(matrix, matrix.Transposed, new float[3], 2));
    }

    static void Check(Matrix x, Matrix b, float alpha, bool accumulate)
    {
        int stride = b.Columns + 3;
        var y = new float[x.Rows * stride];
        for (int i = 0; i < y.Length; i++)
            y[i] = i % 17;

        Gemv.Multiply(x.View, b.View, y, stride, alpha, accumulate);

        for (int i = 0; i < y.Length; i++)
        {
            int row = i / stride, column = i % stride;
            if (column >= b.Columns)
            {
                y[i].ShouldBe(i % 17);
                continue;
            }

            double sum = 0, magnitude = 1;
            for (int k = 0; k < x.Columns; k++)
            {
                double product = (double)x.Values[row * x.Columns + k] * b.Values[k * b.Columns + column];
                sum += product;
                magnitude += Math.Abs(product);
            }

            double expected = (accumulate ? i % 17 : 0) + alpha * sum;
            if (!(Math.Abs(y[i] - expected) <= 1e-6 * (magnitude + 17)))
                Assert.Fail($"{x.Rows}x{b.Columns}x{x.Columns} {b.View.Type}: Y[{row}, {column}] is {y[i]}, not {expected}");
        }
    }
}
