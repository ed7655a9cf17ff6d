using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Queries as tables of what four signs of a row contribute to its key, and the rows whose estimated keys reach far enough.</summary>
sealed class SignQueries
{
    /// <summary>How many times the expected error a row is given: what is among the nearest is missed less often than once in ten thousand (hone bench vectors --one-bit).</summary>
    const float Doubt = 2.4f;

    /// <summary>The largest value in a table: two of them are added in 8 bits.</summary>
    const int Largest = 127;

    const int Table = 16, Block = SegmentSigns.Block;

    readonly byte[] _tables;
    readonly float[] _steps, _offsets, _errors, _norms;
    readonly int _length;

    public SignQueries(SignRotation rotation, IReadOnlyList<float[]> queries)
    {
        int groups = rotation.Length / 4;
        _length = groups * Table;
        _tables = new byte[queries.Count * _length];
        (_steps, _offsets, _errors, _norms) = (new float[queries.Count], new float[queries.Count], new float[queries.Count], new float[queries.Count]);
        var rotated = new float[rotation.Length];
        for (int q = 0; q < queries.Count; q++)
        {
            rotation.Apply(queries[q], rotated);
            float most = 0;
            for (int i = 0; i < rotated.Length; i += 4)
                most = Math.Max(most, Math.Abs(rotated[i]) + Math.Abs(rotated[i + 1]) + Math.Abs(rotated[i + 2]) + Math.Abs(rotated[i + 3]));
            float step = 2 * most / Largest;
            Span<byte> tables = _tables.AsSpan(q * _length, _length);
            for (int i = 0; step > 0 && i < tables.Length; i++)
            {
                float sum = most;
                for (int j = 0; j < 4; j++)
                    sum += (i % Table & (1 << j)) != 0 ? rotated[(i / Table * 4) + j] : -rotated[(i / Table * 4) + j];
                tables[i] = (byte)Math.Clamp(MathF.Round(sum / step), 0, Largest);
            }

            _steps[q] = step;
            _offsets[q] = -groups * most;
            // Roundings in the tables are even between half a step up and down.
            _errors[q] = Doubt * step * MathF.Sqrt(groups / 12f);
            _norms[q] = Doubt * (float)Math.Sqrt(Sums.OfSquaresInDouble(queries[q]));
        }
    }

    /// <summary>Looks through rows of a segment for several queries.</summary>
    /// <param name="wanted">The numbers of these queries.</param>
    /// <param name="parts">By the numbers of the queries.</param>
    /// <param name="offset">The number of the segment's first row.</param>
    public void Look(VectorSegment segment, SegmentSigns signs, int offset, int start, int end, ulong[] allowed, int[] wanted, NearestRows.Part[] parts, CodedQueries coded)
    {
        for (int group = start; group < end; group += Block)
        {
            ulong mask = CodedQueries.MaskOf(allowed, offset, group, end);
            if (mask == 0)
                continue;
            ReadOnlySpan<byte> codes = signs.Codes(group / Block);
            ReadOnlySpan<float> facts = signs.Facts(group / Block);
            foreach (int query in wanted)
            {
                NearestRows.Part part = parts[query];
                for (ulong places = Find(codes, facts, query, part.Threshold); places != 0; places &= places - 1)
                {
                    int row = SegmentSigns.RowOf(BitOperations.TrailingZeroCount(places));
                    if ((mask & (1UL << row)) != 0)
                        coded.Look(segment, offset, group + row, query, part);
                }
            }
        }
    }

    /// <summary>A bit for each row of a block, in the order of its facts, that may reach a threshold.</summary>
    ulong Find(ReadOnlySpan<byte> codes, ReadOnlySpan<float> facts, int query, float threshold)
    {
        (Vector512<ushort> even, Vector512<ushort> odd) = Sum(ref MemoryMarshal.GetReference(codes), ref _tables[query * _length], codes.Length);
        (Vector512<uint> a, Vector512<uint> b) = Vector512.Widen(even);
        (Vector512<uint> c, Vector512<uint> d) = Vector512.Widen(odd);
        return Reached(a, facts, 0, query, threshold) | (Reached(b, facts, 16, query, threshold) << 16) | (Reached(c, facts, 32, query, threshold) << 32) | (Reached(d, facts, 48, query, threshold) << 48);
    }

    ulong Reached(Vector512<uint> sums, ReadOnlySpan<float> facts, int place, int query, float threshold)
    {
        Vector512<float> signed = (Vector512.ConvertToSingle(sums.AsInt32()) * _steps[query]) + Vector512.Create(_offsets[query] + _errors[query]);
        Vector512<float> most = (signed * Lanes.Load(facts, place)) + (Lanes.Load(facts, Block + place) * _norms[query]) + Lanes.Load(facts, (2 * Block) + place);
        return ~Vector512.LessThan(most, Vector512.Create(threshold)).ExtractMostSignificantBits() & 0xFFFF;
    }

    /// <summary>The sums of the tables' values for sixty-four rows: of the even rows, and of the odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (Vector512<ushort> Even, Vector512<ushort> Odd) Sum(ref byte codes, ref byte tables, int length)
    {
        Vector512<byte> nibble = Vector512.Create((byte)15);
        Vector512<ushort> even = default, odd = default, low = Vector512.Create((ushort)255);
        for (int i = 0; i < length; i += Block)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref codes, (nuint)i);
            Vector512<byte> sum = LookUp(ref tables, bytes & nibble) + LookUp(ref Unsafe.Add(ref tables, Table), (bytes.AsUInt16() >>> 4).AsByte() & nibble);
            even += sum.AsUInt16() & low;
            odd += sum.AsUInt16() >>> 8;
            tables = ref Unsafe.Add(ref tables, 2 * Table);
        }

        return (even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> LookUp(ref byte table, Vector512<byte> places)
    {
        Vector128<byte> values = Vector128.LoadUnsafe(ref table);
        if (Avx512BW.IsSupported)
            return Avx512BW.Shuffle(Vector512.Create(values), places);
        Vector256<byte> low = places.GetLower(), high = places.GetUpper();
        return Vector512.Create(
            Vector256.Create(Vector128.Shuffle(values, low.GetLower()), Vector128.Shuffle(values, low.GetUpper())),
            Vector256.Create(Vector128.Shuffle(values, high.GetLower()), Vector128.Shuffle(values, high.GetUpper())));
    }
}
