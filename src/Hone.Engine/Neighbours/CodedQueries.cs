using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Queries in 16 bits, and what they say of the keys of rows in 8 bits.</summary>
/// <remarks>With x̂ and q̂ for what the codes stand for, |q·x − q̂·x̂| ≤ ‖q‖·‖x − x̂‖ + ‖q − q̂‖·‖x̂‖ (Cauchy and Schwarz).</remarks>
sealed class CodedQueries
{
    /// <summary>Rows that share a word of the mask.</summary>
    public const int Group = 64;

    /// <summary>Roundings in float on the way to a key, relative to its parts.</summary>
    public const float Rounding = 1e-6f;

    /// <summary>What products of 2³¹ lose at most where their step is too small for float to hold it exactly.</summary>
    const float Vanishing = 1e-35f;

    readonly short[] _codes;
    readonly float[] _scales, _norms, _errors;
    readonly int _length;

    /// <param name="length">Numbers of a row's codes.</param>
    public CodedQueries(int length, IReadOnlyList<float[]> queries)
    {
        _length = length;
        _codes = new short[queries.Count * length];
        (_scales, _norms, _errors) = (new float[queries.Count], new float[queries.Count], new float[queries.Count]);
        for (int i = 0; i < queries.Count; i++)
        {
            (_scales[i], float error) = ByteCodes.Write(queries[i], _codes.AsSpan(i * length, length));
            _norms[i] = (float)(Math.Sqrt(Sums.OfSquaresInDouble(queries[i])) * (1 + Rounding));
            // ‖x̂‖ ≤ 127 · scale · √length
            _errors[i] = error * 127 * MathF.Sqrt(length);
        }
    }

    /// <summary>Looks through rows of a segment for several queries at once.</summary>
    /// <param name="wanted">The numbers of these queries.</param>
    /// <param name="parts">By the numbers of the queries.</param>
    /// <param name="offset">The number of the segment's first row.</param>
    public void Look(VectorSegment segment, int offset, int start, int end, ulong[] allowed, ReadOnlySpan<int> wanted, NearestRows.Part[] parts)
    {
        ReadOnlySpan<short> codes = wanted.Length * _length == _codes.Length ? _codes : Gathered(wanted);
        ReadOnlySpan<sbyte> rows = segment.Codes;
        Span<int> dots = wanted.Length == 1 ? stackalloc int[Group] : new int[Group * wanted.Length];
        for (int group = start; group < end; group += Group)
        {
            ulong mask = MaskOf(allowed, offset, group, end);
            if (mask == 0)
                continue;
            ByteDots.Multiply(rows.Slice(group * _length, Group * _length), Group, codes, wanted.Length, _length, dots);
            for (int i = 0; i < wanted.Length; i++)
                Take(segment, offset, group, mask, dots.Slice(i * Group, Group), wanted[i], parts[wanted[i]]);
        }
    }

    /// <summary>Looks at one row.</summary>
    public void Look(VectorSegment segment, int offset, int row, int query, NearestRows.Part part)
    {
        float step = segment.Scales[row], bias = segment.Biases[row];
        float product = ByteDots.Of(segment.Codes.Slice(row * _length, _length), _codes.AsSpan(query * _length, _length)) * (step * _scales[query]), key = product + bias;
        float slack = (segment.Errors[row] * _norms[query]) + (step * _errors[query]) + ((Math.Abs(product) + Math.Abs(bias)) * Rounding) + Vanishing;
        if (!(key + slack < part.Threshold))
            part.Add(offset + row, key - slack, key + slack);
    }

    /// <summary>Which rows of a group come into question.</summary>
    public static ulong MaskOf(ulong[] allowed, int offset, int group, int end)
    {
        ulong mask = allowed[(offset + group) / Group];
        return end - group < Group ? mask & ((1UL << (end - group)) - 1) : mask;
    }

    /// <summary>Takes the rows of a group that may reach the threshold.</summary>
    void Take(VectorSegment segment, int offset, int group, ulong mask, ReadOnlySpan<int> dots, int query, NearestRows.Part part)
    {
        ReadOnlySpan<float> scales = segment.Scales.Slice(group, Group), errors = segment.Errors.Slice(group, Group), biases = segment.Biases.Slice(group, Group);
        for (int i = 0; i < Group; i += Lanes.Count)
        {
            Vector512<float> dot = Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(dots), (nuint)i));
            Vector512<float> step = Lanes.Load(scales, i), bias = Lanes.Load(biases, i);
            Vector512<float> product = dot * (step * _scales[query]), key = product + bias;
            Vector512<float> slack = (Lanes.Load(errors, i) * _norms[query]) + (step * _errors[query]) + ((Vector512.Abs(product) + Vector512.Abs(bias)) * Rounding) + Vector512.Create(Vanishing);
            Vector512<float> most = key + slack;
            ulong missed = Vector512.LessThan(most, Vector512.Create(part.Threshold)).ExtractMostSignificantBits(), reached = ~missed & (mask >> i) & 0xFFFF;
            for (; reached != 0; reached &= reached - 1)
            {
                int lane = BitOperations.TrailingZeroCount(reached);
                if (!(most[lane] < part.Threshold))
                    part.Add(offset + group + i + lane, key[lane] - slack[lane], most[lane]);
            }
        }
    }

    short[] Gathered(ReadOnlySpan<int> wanted)
    {
        var codes = new short[wanted.Length * _length];
        for (int i = 0; i < wanted.Length; i++)
            _codes.AsSpan(wanted[i] * _length, _length).CopyTo(codes.AsSpan(i * _length));
        return codes;
    }
}
