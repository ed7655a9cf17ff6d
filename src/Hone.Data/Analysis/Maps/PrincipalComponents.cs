using Hone.Engine;
using Hone.Engine.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace Hone.Data.Analysis.Maps;

/// <summary>The directions in which points vary most: the eigenvectors of their covariance with the largest eigenvalues.</summary>
public static class PrincipalComponents
{
    const int Spare = 8;
    const int MostRounds = 300;
    const double Precision = 1e-9;
    const int RowsAtOnce = 4096;

    /// <summary>The points in these directions, in the middle of them. [points, count]</summary>
    /// <remarks>Subspace iteration with some directions more than wanted, until the eigenvalues stand still; the small problem in it is solved by MathNet. The sign of a direction is free: its largest number is positive.</remarks>
    public static Points Project(Points points, int count, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        count = Math.Min(count, points.Dimensions);
        Points centred = Centred(points);
        Matrix<double> directions = Directions(Covariance(centred), count, cancel);
        var axes = new Points(new float[count * points.Dimensions], count, points.Dimensions);
        for (int axis = 0; axis < count; axis++)
            for (int j = 0; j < points.Dimensions; j++)
                axes.Row(axis)[j] = (float)directions[j, axis];

        var projected = new Points(new float[points.Count * count], points.Count, count);
        centred.Products(0, points.Count, axes, projected.Values);
        return projected;
    }

    static Points Centred(Points points)
    {
        var means = new double[points.Dimensions];
        for (int i = 0; i < points.Count; i++)
            for (int j = 0; j < means.Length; j++)
                means[j] += points.Row(i)[j];
        var centred = new Points(new float[points.Values.Length], points.Count, points.Dimensions);
        for (int i = 0; i < points.Count; i++)
            for (int j = 0; j < means.Length; j++)
                centred.Row(i)[j] = (float)(points.Row(i)[j] - (means[j] / points.Count));
        return centred;
    }

    /// <summary>XᵀX / n. [D, D]</summary>
    static Matrix<double> Covariance(Points centred)
    {
        int size = centred.Dimensions;
        var sums = new double[size * size];
        var products = new float[size * size];
        for (int first = 0; first < centred.Count; first += RowsAtOnce)
        {
            MatrixView rows = centred.View.RowRange(first, Math.Min(RowsAtOnce, centred.Count - first));
            Gemm.Multiply(rows.Transposed, rows, products, size);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += products[i] / (double)centred.Count;
        }
        return Matrix<double>.Build.Dense(size, size, sums);
    }

    static Matrix<double> Directions(Matrix<double> covariance, int count, CancellationToken cancel)
    {
        int size = covariance.RowCount;
        int width = Math.Min(size, count + Spare);
        SeededRandom random = new(seed: 1);
        Matrix<double> basis = Matrix<double>.Build.Dense(size, width, (_, _) => random.NextDouble() - 0.5).GramSchmidt().Q;
        double before = double.NaN;
        for (int round = 0; ; round++)
        {
            cancel.ThrowIfCancellationRequested();
            Matrix<double> image = covariance * basis;
            MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> small = basis.TransposeThisAndMultiply(image).Evd(Symmetricity.Symmetric);
            double[] values = [.. small.EigenValues.Select(value => value.Real)];
            double sum = values.OrderDescending().Take(count).Sum();
            if (round == MostRounds || Math.Abs(sum - before) <= Precision * Math.Abs(sum) || sum == 0)
                return Largest(basis * small.EigenVectors, values, count);
            before = sum;
            basis = image.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Q;
        }
    }

    static Matrix<double> Largest(Matrix<double> vectors, double[] values, int count)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(count)];
        var largest = Matrix<double>.Build.DenseOfColumnVectors(order.Select(vectors.Column));
        for (int axis = 0; axis < count; axis++)
            if (largest.Column(axis)[largest.Column(axis).AbsoluteMaximumIndex()] < 0)
                largest.SetColumn(axis, -largest.Column(axis));
        return largest;
    }
}
