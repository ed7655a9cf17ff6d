using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Training.Runs;

/// <summary>AdamW (Loshchilov and Hutter 2019): m ← m + (1-β₁)(g - m), v ← β₂v + (1-β₂)g², w ← (1-ηλ)w - η·m̂ / (√v̂ + ε).</summary>
/// <remarks>The weights are cut into chunks of fixed length, so that sums and results are the same for any number of threads.</remarks>
public sealed class AdamW
{
    const int ChunkLength = 1 << 16;

    readonly Parameter[] _parameters;
    readonly float[][] _means;
    readonly float[][] _squares;
    readonly Chunk[] _chunks;
    readonly double[] _sums;
    readonly TrainingOptions _options;
    readonly Action<int> _sumChunk;
    readonly Action<int> _updateChunk;
    Coefficients _coefficients;

    public AdamW(IEnumerable<Parameter> parameters, TrainingOptions options)
    {
        _parameters = [.. parameters];
        _options = options;
        _means = [.. _parameters.Select(parameter => new float[parameter.Length])];
        _squares = [.. _parameters.Select(parameter => new float[parameter.Length])];
        _chunks = [.. _parameters.SelectMany((parameter, index) => Cut(index, parameter.Length))];
        _sums = new double[_chunks.Length];
        _sumChunk = Sum;
        _updateChunk = Update;
    }

    /// <summary>Updates done: the bias correction depends on it.</summary>
    public int Steps { get; private set; }

    /// <summary>The running means and, after them, the running squares, named after their parameters: what a checkpoint holds.</summary>
    public IEnumerable<Parameter> State => Named("mean.", _means).Concat(Named("square.", _squares));

    /// <summary>The length of all gradients as one vector. Forgotten gradients count as zero.</summary>
    public double GradientNorm()
    {
        foreach (Parameter parameter in _parameters)
        {
            if (!parameter.HasGrad)
                _ = parameter.Grad; // zero from here on
        }

        Workers.For(_chunks.Length, _sumChunk);
        double sum = 0;
        foreach (double part in _sums)
            sum += part;
        return Math.Sqrt(sum);
    }

    /// <summary>Updates every parameter from its gradient.</summary>
    /// <param name="gradientNorm">From <see cref="GradientNorm"/>.</param>
    public void Step(double learningRate, double gradientNorm)
    {
        Steps++;
        double clip = _options.ClipNorm > 0 ? Math.Min(1, _options.ClipNorm / (gradientNorm + 1e-6)) : 1;
        _coefficients = new Coefficients(
            GradScale: (float)clip,
            MeanShare: (float)(1 - _options.Beta1),
            SquareKept: (float)_options.Beta2,
            SquareShare: (float)(1 - _options.Beta2),
            RootScale: (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, Steps))),
            Epsilon: (float)_options.Epsilon,
            Rate: (float)(learningRate / (1 - Math.Pow(_options.Beta1, Steps))),
            WeightKept: (float)(1 - (learningRate * _options.WeightDecay))
        );
        Workers.For(_chunks.Length, _updateChunk);
    }

    /// <summary>Goes on from a checkpoint.</summary>
    public void Restore(int steps, Func<Parameter, Parameter> stored)
    {
        foreach (Parameter part in State)
            stored(part).Read(0, part.Data);
        Steps = steps;
    }

    IEnumerable<Parameter> Named(string prefix, float[][] values) =>
        _parameters.Select((parameter, index) => new Parameter(prefix + parameter.Name, parameter.Shape, values[index]));

    static IEnumerable<Chunk> Cut(int index, int length)
    {
        for (int start = 0; start < length; start += ChunkLength)
            yield return new Chunk(index, start, Math.Min(ChunkLength, length - start));
    }

    void Sum(int index)
    {
        Chunk chunk = _chunks[index];
        _sums[index] = Sums.OfSquaresInDouble(_parameters[chunk.Parameter].Grad.Slice(chunk.Start, chunk.Length));
    }

    void Update(int index)
    {
        (int at, int start, int length) = _chunks[index];
        Parameter parameter = _parameters[at];
        Coefficients coefficients = parameter.Shape.Length > 1 || _options.DecaysVectors ? _coefficients : _coefficients with { WeightKept = 1 };
        Update(parameter.Data.Slice(start, length), parameter.Grad.Slice(start, length), _means[at].AsSpan(start, length), _squares[at].AsSpan(start, length), coefficients);
    }

    static void Update(Span<float> w, ReadOnlySpan<float> grad, Span<float> m, Span<float> v, in Coefficients c)
    {
        int i = 0;
        for (; i <= w.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> g = Vector512.Create(grad[i..]) * c.GradScale;
            Vector512<float> mean = Vector512.Create<float>(m[i..]);
            mean += (g - mean) * c.MeanShare;
            Vector512<float> square = (Vector512.Create<float>(v[i..]) * c.SquareKept) + (g * g * c.SquareShare);
            Vector512<float> root = (Vector512.Sqrt(square) * c.RootScale) + Vector512.Create(c.Epsilon);
            mean.CopyTo(m[i..]);
            square.CopyTo(v[i..]);
            ((Vector512.Create<float>(w[i..]) * c.WeightKept) - (mean * c.Rate / root)).CopyTo(w[i..]);
        }

        for (; i < w.Length; i++)
        {
            float g = grad[i] * c.GradScale;
            m[i] += (g - m[i]) * c.MeanShare;
            v[i] = (v[i] * c.SquareKept) + (g * g * c.SquareShare);
            w[i] = (w[i] * c.WeightKept) - (m[i] * c.Rate / ((MathF.Sqrt(v[i]) * c.RootScale) + c.Epsilon));
        }
    }

    readonly record struct Chunk(int Parameter, int Start, int Length);

    readonly record struct Coefficients(
        float GradScale, float MeanShare, float SquareKept, float SquareShare, float RootScale, float Epsilon, float Rate, float WeightKept);
}
