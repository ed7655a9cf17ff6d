using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hone.Engine.Kernels;

namespace Hone.Engine.Neighbours;

/// <summary>Queries as shadows in the directions of a segment, and the rows of it that they cannot leave out.</summary>
sealed class ShadowQueries
{
    /// <summary>Shorter or longer queries are not asked of shadows: float would overflow or vanish.</summary>
    const double MinLength = 1e-9, MaxLength = 1e9;

    const int Group = CodedQueries.Group;

    /// <summary>Rows that wait for their second look, so that the processor fetches several at once.</summary>
    const int Pending = 128;

    readonly SegmentShadows _shadows;
    readonly Level _brief, _full;

    public ShadowQueries(SegmentShadows shadows, IReadOnlyList<float[]> queries)
    {
        _shadows = shadows;
        (_brief, _full) = (new Level(shadows.Brief, queries.Count), new Level(shadows.Full, queries.Count));
        Usable = new bool[queries.Count];
        Span<float> seen = stackalloc float[ShadowLevel.MaxDirections];
        for (int i = 0; i < queries.Count; i++)
        {
            float[] query = queries[i];
            double squares = Sums.OfSquaresInDouble(query);
            Usable[i] = squares is >= MinLength * MinLength and <= MaxLength * MaxLength;
            if (!Usable[i])
                continue;
            for (int j = 0; j < seen.Length; j++)
                seen[j] = Sums.OfProducts(shadows.Directions.Slice(j * query.Length, query.Length), query);
            _brief.Write(i, seen, squares, shadows.Doubt);
            _full.Write(i, seen, squares, shadows.Doubt);
        }
    }

    /// <summary>Whether the shadows say anything of a query.</summary>
    public bool[] Usable { get; }

    /// <summary>Looks through rows of the segment for several queries at once.</summary>
    /// <param name="wanted">The numbers of these queries.</param>
    /// <param name="parts">By the numbers of the queries.</param>
    /// <param name="offset">The number of the segment's first row.</param>
    public void Look(VectorSegment segment, int offset, int start, int end, ulong[] allowed, int[] wanted, NearestRows.Part[] parts, CodedQueries coded)
    {
        Level brief = _brief.Of(wanted), full = _full.Of(wanted);
        int padded = brief.Padded;
        float[] thresholds = new float[padded];
        for (int i = 0; i < wanted.Length; i++)
            thresholds[i] = parts[wanted[i]].Threshold;
        int[] limits = new int[padded];
        ushort[] above = new ushort[padded];
        ReadOnlySpan<sbyte> briefCodes = _shadows.Brief.Codes;
        ReadOnlySpan<float> scales = _shadows.Brief.Scales, errors = _shadows.Brief.Errors, biases = _shadows.Biases.Span;
        Span<(int Row, int Query)> pending = stackalloc (int, int)[Pending];
        int looked = 0, count = 0;
        for (int group = start; group < end; group += Group)
        {
            ulong mask = CodedQueries.MaskOf(allowed, offset, group, end);
            if (mask == 0)
                continue;
            looked += Group;
            int block = group / Group;
            brief.Limits(thresholds, scales[block], errors[block], biases[block], limits);
            for (int tile = 0; tile < Group; tile += ShadowTile.Rows)
            {
                ShadowTile.Find(briefCodes.Slice((group + tile) * ShadowTile.Length, ShadowTile.Rows * ShadowTile.Length), brief.Codes, limits.AsSpan(0, wanted.Length), above);
                uint ofTile = (uint)(mask >> tile);
                for (int i = 0; i < wanted.Length; i++)
                {
                    for (uint left = above[i] & ofTile; left != 0; left &= left - 1)
                    {
                        pending[count++] = (group + tile + BitOperations.TrailingZeroCount(left), i);
                        if (count == Pending)
                        {
                            LookAgain(pending);
                            count = 0;
                        }
                    }
                }
            }
        }

        LookAgain(pending[..count]);
        foreach (int i in wanted)
            parts[i].LookedAt += looked;

        void LookAgain(ReadOnlySpan<(int Row, int Query)> rows)
        {
            ReadOnlySpan<sbyte> codes = _shadows.Full.Codes;
            ReadOnlySpan<float> scales = _shadows.Full.Scales, errors = _shadows.Full.Errors, biases = _shadows.Biases.Span;
            foreach ((int row, int i) in rows)
            {
                NearestRows.Part part = parts[wanted[i]];
                part.SeenTwice++;
                int block = row / Group, dot = ByteDots.Of(codes.Slice(row * ShadowLevel.FullLength, ShadowLevel.FullLength), full.Codes.AsSpan(i * ShadowLevel.FullLength, ShadowLevel.FullLength));
                if (full.Most(i, dot, scales[block], errors[block], biases[block]) < part.Threshold)
                    continue;
                part.SeenThrice++;
                coded.Look(segment, offset, row, wanted[i], part);
                thresholds[i] = part.Threshold;
            }
        }
    }

    /// <summary>Queries in 16 bits for shadows of one length. Of a row with the codes c in steps of s, with the error e, the key is at most s · step · (codes · c) + s · A + e · B + bias.</summary>
    sealed class Level
    {
        readonly int _length;
        readonly float[] _steps, _ofScales, _ofErrors;

        public Level(ShadowLevel level, int count)
            : this(level.Length, count) { }

        Level(int length, int count)
        {
            _length = length;
            Padded = (count + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
            Codes = new short[Padded * length];
            (_steps, _ofScales, _ofErrors) = (new float[Padded], new float[Padded], new float[Padded]);
        }

        /// <summary>How many there is room for: whole registers.</summary>
        public int Padded { get; }

        public short[] Codes { get; }

        /// <param name="seen">U·q, computed.</param>
        /// <param name="squares">‖q‖²</param>
        public void Write(int query, ReadOnlySpan<float> seen, double squares, double doubt)
        {
            seen = seen[..(_length - 1)];
            double ofSeen = Sums.OfSquaresInDouble(seen), norm = Math.Sqrt(squares), rest = ShadowLevel.Rest(squares, ofSeen, doubt), largest = rest;
            foreach (float value in seen)
                largest = Math.Max(largest, Math.Abs(value));
            float step = (float)(largest / short.MaxValue) * 1.000001f;
            Span<short> codes = Codes.AsSpan(query * _length, _length);
            double error = 0;
            for (int i = 0; i < seen.Length; i++)
            {
                codes[i] = (short)Math.Round(seen[i] / (double)step);
                double missed = seen[i] - (codes[i] * (double)step);
                error += missed * missed;
            }

            codes[^1] = (short)Math.Ceiling(rest / step);
            _steps[query] = step;
            // The length of a shadow is at most 127 · s · √(its numbers).
            _ofScales[query] = (float)((Math.Sqrt(error) + (doubt * norm)) * 127 * Math.Sqrt(_length) * 1.000001);
            _ofErrors[query] = (float)(Math.Min(norm, Math.Sqrt(ofSeen) + (doubt * norm)) * 1.000001);
        }

        /// <summary>Some of the queries.</summary>
        public Level Of(ReadOnlySpan<int> wanted)
        {
            Level some = new(_length, wanted.Length);
            for (int i = 0; i < wanted.Length; i++)
            {
                Codes.AsSpan(wanted[i] * _length, _length).CopyTo(some.Codes.AsSpan(i * _length));
                (some._steps[i], some._ofScales[i], some._ofErrors[i]) = (_steps[wanted[i]], _ofScales[wanted[i]], _ofErrors[wanted[i]]);
            }

            return some;
        }

        /// <summary>What a row's key can be at most.</summary>
        public float Most(int query, int dot, float scale, float error, float bias)
        {
            float product = dot * (scale * _steps[query]), slack = (scale * _ofScales[query]) + (error * _ofErrors[query]);
            return product + slack + bias + ((Math.Abs(product) + slack + Math.Abs(bias)) * CodedQueries.Rounding);
        }

        /// <summary>For each query the dot product that rows of a block must exceed so that their keys may reach a threshold.</summary>
        public void Limits(float[] thresholds, float scale, float error, float bias, int[] limits)
        {
            for (int i = 0; i < Padded; i += Lanes.Count)
            {
                Vector512<float> threshold = Lanes.Load(thresholds, i), slack = (Lanes.Load(_ofScales, i) * scale) + (Lanes.Load(_ofErrors, i) * error);
                Vector512<float> needed = threshold - slack - Vector512.Create(bias);
                needed -= (Vector512.Abs(threshold) + slack + Vector512.Create(Math.Abs(bias))) * CodedQueries.Rounding;
                Vector512<float> dot = needed / (Lanes.Load(_steps, i) * scale);
                dot -= (Vector512.Abs(dot) * CodedQueries.Rounding) + Vector512<float>.One;
                // What is not a number says nothing: such rows are looked at.
                Vector512<float> none = Vector512.Create(-2e9f);
                dot = Vector512.ConditionalSelect(Vector512.Equals(dot, dot), Vector512.Min(Vector512.Max(dot, none), -none), none);
                Vector512.ConvertToInt32(dot).StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(limits), (nuint)i);
            }
        }
    }
}
