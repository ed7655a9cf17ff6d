using System.Runtime.InteropServices;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Engine.Neighbours;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.BuiltIn.Rows;

/// <summary>The vectors of rows in files, each of which holds twice as many as the one before up to a limit.</summary>
sealed class RowSegments(VectorCollection collection, string folder) : IDisposable
{
    const int FirstSegment = 1024, LargestSegment = 65_536, LargestSegmentFloats = 1 << 27;

    volatile RowSegment[] _segments = [];

    public IReadOnlyList<VectorSegment> All => [.. _segments.Select(segment => segment.Segment)];

    /// <summary>Rows that there is room for.</summary>
    public int Room => _segments is [.., var last] ? last.End : 0;

    /// <summary>Whether there are files of vectors in a folder.</summary>
    public static bool AreIn(string folder) => Directory.EnumerateFiles(folder, "*.vectors").Any();

    public ReadOnlySpan<float> Vector(int row)
    {
        RowSegment segment = Of(row);
        return segment.Segment.Row(row - segment.First);
    }

    /// <summary>The checksum of the vectors of rows of one segment.</summary>
    public uint Sum(int row, int count)
    {
        RowSegment segment = Of(row);
        return Checksum.Of(MemoryMarshal.AsBytes(segment.Segment.Rows(row - segment.First, count)));
    }

    /// <summary>How many rows from one on lie in its segment, which is made where there is none.</summary>
    public int RoomFrom(int row)
    {
        if (row == Room)
            Add();
        return Of(row).End - row;
    }

    /// <summary>Writes the vectors of records to rows of one segment.</summary>
    /// <returns>The segment, and the checksum of the vectors.</returns>
    public (VectorSegment Segment, uint Sum) Write(int row, ReadOnlySpan<VectorRecord> records)
    {
        float[] vectors = GC.AllocateUninitializedArray<float>(records.Length * collection.Dimensions);
        for (int i = 0; i < records.Length; i++)
            records[i].Vector.CopyTo(vectors.AsSpan(i * collection.Dimensions));
        RowSegment segment = Of(row);
        segment.Segment.Write(row - segment.First, vectors, Ranking(vectors));
        return (segment.Segment, Checksum.Of(MemoryMarshal.AsBytes(vectors.AsSpan())));
    }

    /// <summary>Writes again what follows from the vectors of rows of one segment.</summary>
    public void WriteCodes(int row, int count)
    {
        RowSegment segment = Of(row);
        ReadOnlySpan<float> vectors = segment.Segment.Rows(row - segment.First, count);
        segment.Segment.WriteCodes(row - segment.First, vectors, Ranking(vectors));
    }

    /// <summary>What the metric makes of vectors; see <see cref="VectorSegment"/>.</summary>
    public (float Gain, float Bias)[] Ranking(ReadOnlySpan<float> vectors) => VectorScores.Ranking(collection.Metric, vectors, collection.Dimensions);

    /// <summary>Waits until the segments of the rows from one on are on the disk.</summary>
    public void Flush(int row)
    {
        foreach (RowSegment segment in _segments.Where(segment => segment.End > row))
            segment.Segment.Flush();
    }

    /// <summary>A segment that is full, and large enough to be worth it, of which something is true; null when there is none.</summary>
    /// <param name="rows">How many are written.</param>
    public VectorSegment? Find(int rows, Func<VectorSegment, bool> isWanted) =>
        _segments.FirstOrDefault(segment => segment.End <= rows && segment.Segment.Capacity > FirstSegment && isWanted(segment.Segment))?.Segment;

    /// <summary>Makes a file for more rows, or opens the one that is there.</summary>
    public void Add()
    {
        VectorSegment segment = new(collection.Dimensions, NextCapacity, NextPath);
        try
        {
            // Before it counts: its rows are acknowledged when they are on the disk, and so its name must be.
            DurableFolder.Flush(folder);
        }
        catch
        {
            segment.Dispose();
            throw;
        }

        Add(segment);
    }

    /// <summary>Opens the file of the next rows, which holds some that were acknowledged.</summary>
    /// <exception cref="HoneException">It is not there as a whole.</exception>
    public void Open()
    {
        if (!VectorSegment.IsComplete(collection.Dimensions, NextCapacity, NextPath))
            throw Missing(NextPath);
        Add(new VectorSegment(collection.Dimensions, NextCapacity, NextPath));
    }

    /// <summary>A file that acknowledged records are in is not there as a whole.</summary>
    public static HoneException Missing(string path) =>
        new(Text.Of(
            $"{path} or a file beside it is missing or shorter than it was. Restore its folder from a copy, or delete the collection and fill it again.",
            $"{path} 或其旁边的文件缺失或比原来短。请从副本恢复其文件夹，或删除该集合后重新写入。"));

    public void Dispose()
    {
        foreach (RowSegment segment in _segments)
            segment.Segment.Dispose();
    }

    int NextCapacity
    {
        get
        {
            int most = (int)Math.Max(64, Math.Min(LargestSegment, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(LargestSegmentFloats / collection.Dimensions)) / 2));
            return Math.Min(_segments is [.., var last] ? 2 * last.Segment.Capacity : FirstSegment, most);
        }
    }

    string NextPath => Path.Combine(folder, FormattableString.Invariant($"{_segments.Length:D5}.vectors"));

    void Add(VectorSegment segment) => _segments = [.. _segments, new RowSegment(Room, segment)];

    RowSegment Of(int row)
    {
        RowSegment[] segments = _segments;
        int i = segments.Length - 1;
        while (segments[i].First > row)
            i--;
        return segments[i];
    }

    /// <summary>Rows from a number on.</summary>
    sealed record RowSegment(int First, VectorSegment Segment)
    {
        public int End => First + Segment.Capacity;
    }
}
