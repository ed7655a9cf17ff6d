namespace Hone.Engine.Neighbours;

/// <summary>Finds the rows with the largest keys by their shadows and their 8-bit codes, and misses none: what these leave out is bounded, row by row. Where segments have signs, these stand in for shadows that say too little: their bound holds with a probability.</summary>
/// <remarks>
/// A row whose bound stays below the k-th best certain key cannot be among the k best. Of a million rows the shadows leave some hundreds, the codes some dozens, whose exact keys the caller compares.
/// </remarks>
public static class NeighbourSearch
{
    /// <summary>Rows of an item of work.</summary>
    const int Chunk = 8192;

    /// <summary>Rows that are looked at before all others, so that these have a threshold.</summary>
    const int FirstChunk = 1024;

    /// <summary>So many queries at once are quicker by the codes, which they read together, than by signs: one query of vectors by chance is 1.9 times as quick by signs, 64 take 1.4 times as long (1536 dimensions).</summary>
    const int MostBySigns = 4;

    /// <summary>For each query the rows that may be among its <paramref name="count"/> best, in any order: a superset of them.</summary>
    /// <param name="segments">One after the other; rows are counted through. All but the last are full.</param>
    /// <param name="rows">How many are written.</param>
    /// <param name="allowed">A bit for each row that comes into question, 64 to a word, the lowest first.</param>
    public static int[][] Candidates(IReadOnlyList<VectorSegment> segments, int rows, IReadOnlyList<float[]> queries, int count, ulong[] allowed)
    {
        if (rows == 0 || queries.Count == 0)
            return [.. queries.Select(_ => Array.Empty<int>())];
        List<Part> parts = [];
        int first = 0;
        foreach (VectorSegment segment in segments)
        {
            int end = Math.Min(segment.Capacity, rows - first);
            ShadowQueries? shadows = segment.Shadows is { } found ? new ShadowQueries(found, queries) : null;
            for (int start = 0, next; start < end; start = next)
            {
                next = Math.Min(start + (parts.Count == 0 ? FirstChunk : Chunk), end);
                parts.Add(new Part(segment, shadows, first, start, next));
            }

            first += segment.Capacity;
        }

        var search = new Search(segments[0].CodeLength, queries, count, allowed, segments.FirstOrDefault(segment => segment.Signs is not null));
        search.Look(parts[0]);
        Workers.For(parts.Count - 1, (search, parts), static (work, i) => work.search.Look(work.parts[i + 1]));
        return search.Found();
    }

    /// <summary>Rows of a segment, and the number that the segment's first row has.</summary>
    sealed record Part(VectorSegment Segment, ShadowQueries? Shadows, int Offset, int Start, int End);

    /// <summary>The queries, and what was found so far.</summary>
    sealed class Search(int length, IReadOnlyList<float[]> queries, int count, ulong[] allowed, VectorSegment? signed)
    {
        readonly CodedQueries _coded = new(length, queries);
        readonly Lazy<SignQueries> _signs = new(() => new SignQueries(signed!.Signs!.Rotation, queries));
        readonly NearestRows[] _nearest = [.. queries.Select(_ => new NearestRows(count))];

        public void Look(Part part)
        {
            NearestRows.Part[] found = [.. _nearest.Select(nearest => nearest.NewPart())];
            int[] all = [.. Enumerable.Range(0, found.Length)];
            int[] byShadows = part.Shadows is { } shadows ? [.. all.Where(i => shadows.Usable[i] && found[i].Threshold > float.NegativeInfinity && !_nearest[i].WaitsForShadows())] : [];
            int[] bySigns = part.Segment.Signs is not null && found.Length <= MostBySigns ? [.. all.Except(byShadows).Where(i => found[i].Threshold > float.NegativeInfinity)] : [];
            int[] byCodes = byShadows.Length + bySigns.Length == 0 ? all : [.. all.Except(byShadows).Except(bySigns)];
            if (byShadows.Length > 0)
                part.Shadows!.Look(part.Segment, part.Offset, part.Start, part.End, allowed, byShadows, found, _coded);
            if (bySigns.Length > 0)
                _signs.Value.Look(part.Segment, part.Segment.Signs!, part.Offset, part.Start, part.End, allowed, bySigns, found, _coded);
            if (byCodes.Length > 0)
                _coded.Look(part.Segment, part.Offset, part.Start, part.End, allowed, byCodes, found);
            for (int i = 0; i < found.Length; i++)
                _nearest[i].Add(found[i]);
        }

        public int[][] Found() => [.. _nearest.Select(nearest => nearest.Rows())];
    }
}
