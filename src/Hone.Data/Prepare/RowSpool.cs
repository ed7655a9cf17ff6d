using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Hone.Data.Spools;

namespace Hone.Data.Prepare;

/// <summary>Rows on disk, as many as there are: read from the first to the last, or one by its number. Nothing of them stays in memory.</summary>
sealed class RowSpool : IReadOnlyList<FrameRow>, IDisposable
{
    const int HeadBytes = 2 * sizeof(int); // the line, and the bytes of the prompt

    readonly RecordFile _records = new();
    byte[] _record = [];

    public int Count => _records.Count;

    public FrameRow this[int index] => RowOf(_records.Read<byte>(index));

    public void Add(FrameRow row)
    {
        ReadOnlySpan<int> head = [row.Line, Encoding.UTF8.GetByteCount(row.Prompt)];
        int length = HeadBytes + head[1] + Encoding.UTF8.GetByteCount(row.Completion);
        if (_record.Length < length)
            _record = new byte[length];
        MemoryMarshal.AsBytes(head).CopyTo(_record);
        Encoding.UTF8.GetBytes(row.Prompt, _record.AsSpan(HeadBytes));
        Encoding.UTF8.GetBytes(row.Completion, _record.AsSpan(HeadBytes + head[1]));
        _records.Add(_record.AsSpan(0, length));
    }

    public IEnumerator<FrameRow> GetEnumerator()
    {
        foreach (ReadOnlyMemory<byte> record in _records.InOrder())
            yield return RowOf(record.Span);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _records.Dispose();

    static FrameRow RowOf(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<int> head = MemoryMarshal.Cast<byte, int>(record[..HeadBytes]);
        ReadOnlySpan<byte> texts = record[HeadBytes..];
        return new FrameRow(head[0], Encoding.UTF8.GetString(texts[..head[1]]), Encoding.UTF8.GetString(texts[head[1]..]));
    }
}
