using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Hone.Data.Spools;

namespace Hone.Data.Prepare;

/// <summary>Rows on disk, as many as there are: read from the first to the last, or one by its number. Nothing of them stays in memory.</summary>
sealed class RowSpool : IReadOnlyList<FrameRow>, IDisposable
{
    const int ReadAtOnce = 1 << 16;
    const int HeadBytes = 3 * sizeof(int); // the line, and the bytes of either text

    readonly TemporaryFile _texts = new();
    readonly TemporaryFile _ends = new();
    byte[] _row = [];

    public int Count { get; private set; }

    public FrameRow this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            Span<long> ends = [0, 0]; // of the row before and of this one
            int known = index == 0 ? 1 : 0;
            _ends.Read(MemoryMarshal.AsBytes(ends[known..]), (index - 1L + known) * sizeof(long));
            byte[] row = new byte[ends[1] - ends[0]];
            _texts.Read(row, ends[0]);
            return RowOf(row);
        }
    }

    public void Add(FrameRow row)
    {
        ReadOnlySpan<int> head = [row.Line, Encoding.UTF8.GetByteCount(row.Prompt), Encoding.UTF8.GetByteCount(row.Completion)];
        int length = HeadBytes + head[1] + head[2];
        if (_row.Length < length)
            _row = new byte[length];
        MemoryMarshal.AsBytes(head).CopyTo(_row);
        Encoding.UTF8.GetBytes(row.Prompt, _row.AsSpan(HeadBytes));
        Encoding.UTF8.GetBytes(row.Completion, _row.AsSpan(HeadBytes + head[1]));

        _texts.Write(_row.AsSpan(0, length));
        ReadOnlySpan<long> end = [_texts.Length];
        _ends.Write(MemoryMarshal.AsBytes(end));
        Count++;
    }

    public IEnumerator<FrameRow> GetEnumerator()
    {
        byte[] block = new byte[ReadAtOnce];
        (long start, int filled, int at) = (0, 0, 0); // where the block begins in the file, what it holds, and where the next row begins in it
        for (int row = 0; row < Count; row++)
        {
            if (filled - at < HeadBytes || filled - at < LengthOf(block.AsSpan(at)))
            {
                start += at;
                (block, filled) = Fill(block, start);
                at = 0;
            }
            yield return RowOf(block.AsSpan(at));
            at += LengthOf(block.AsSpan(at));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _texts.Dispose();
        _ends.Dispose();
    }

    /// <summary>What follows in the file, at least one row.</summary>
    (byte[] Block, int Filled) Fill(byte[] block, long start)
    {
        int filled = (int)Math.Min(block.Length, _texts.Length - start);
        _texts.Read(block.AsSpan(0, filled), start);
        int needed = LengthOf(block);
        if (needed <= filled)
            return (block, filled);
        block = new byte[needed];
        _texts.Read(block, start);
        return (block, needed);
    }

    static int LengthOf(ReadOnlySpan<byte> row)
    {
        ReadOnlySpan<int> head = Head(row);
        return HeadBytes + head[1] + head[2];
    }

    static FrameRow RowOf(ReadOnlySpan<byte> row)
    {
        ReadOnlySpan<int> head = Head(row);
        return new FrameRow(head[0], Encoding.UTF8.GetString(row.Slice(HeadBytes, head[1])), Encoding.UTF8.GetString(row.Slice(HeadBytes + head[1], head[2])));
    }

    static ReadOnlySpan<int> Head(ReadOnlySpan<byte> row) => MemoryMarshal.Cast<byte, int>(row[..HeadBytes]);
}
