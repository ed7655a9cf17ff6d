using System.Numerics.Tensors;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>The orthonormal directions in which most of some vectors lies, the most first: orthogonal iteration on their second moments (Golub and Van Loan, Matrix Computations, 8.2.4).</summary>
static class LeadingDirections
{
    /// <summary>After so many rounds the directions of texts' embeddings hold as much as they ever will (to 0.1 %).</summary>
    const int Rounds = 10;

    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="wanted">At most <paramref name="dimensions"/>.</param>
    /// <returns>[wanted, dimensions], orthonormal up to the rounding of float.</returns>
    public static float[] Of(Memory<float> vectors, int count, int dimensions, int wanted)
    {
        SeededRandom random = new(1);
        var directions = new double[wanted * dimensions];
        for (int i = 0; i < directions.Length; i++)
            directions[i] = random.NextDouble() - 0.5;
        float[] narrow = new float[directions.Length], parts = new float[count * wanted], sums = new float[directions.Length];
        MatrixView x = new(vectors, count, dimensions), v = new(narrow, wanted, dimensions), products = new(parts, count, wanted);
        MakeOrthonormal(directions, wanted, dimensions, random);
        for (int round = 0; round < Rounds; round++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(directions, narrow);
            Gemm.Multiply(x, v.Transposed, parts, wanted);
            Gemm.Multiply(products.Transposed, x, sums, dimensions);
            TensorPrimitives.ConvertTruncating<float, double>(sums, directions);
            MakeOrthonormal(directions, wanted, dimensions, random);
        }

        TensorPrimitives.ConvertTruncating<double, float>(directions, narrow);
        return narrow;
    }

    /// <summary>‖D·Dᵀ − 1‖ (Frobenius): how far directions are from being orthonormal.</summary>
    public static double Deviation(ReadOnlySpan<float> directions, int count, int dimensions)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = Sums.OfProductsInDouble(directions.Slice(i * dimensions, dimensions), directions.Slice(j * dimensions, dimensions)) - (i == j ? 1 : 0);
                sum += (i == j ? 1 : 2) * dot * dot;
            }
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Gram and Schmidt, twice over, which is enough (Giraud and others 2005). What vanishes is replaced by chance.</summary>
    static void MakeOrthonormal(double[] rows, int count, int dimensions, SeededRandom random)
    {
        for (int i = 0; i < count; i++)
        {
            Span<double> row = rows.AsSpan(i * dimensions, dimensions);
            double before = TensorPrimitives.Norm<double>(row);
            while (true)
            {
                for (int j = 0; j < 2 * i; j++)
                {
                    ReadOnlySpan<double> other = rows.AsSpan(j % i * dimensions, dimensions);
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(other, row), row, row);
                }

                double norm = TensorPrimitives.Norm<double>(row);
                if (norm > before * 1e-10)
                {
                    TensorPrimitives.Divide(row, norm, row);
                    break;
                }

                for (int k = 0; k < dimensions; k++)
                    row[k] = random.NextDouble() - 0.5;
                before = TensorPrimitives.Norm<double>(row);
            }
        }
    }
}
