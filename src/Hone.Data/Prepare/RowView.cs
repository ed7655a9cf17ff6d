using System.Collections;

namespace Hone.Data.Prepare;

/// <summary>The rows of another list, with a change that is made whenever one is read: no change writes the rows anew, and none holds them.</summary>
sealed class RowView : IReadOnlyList<FrameRow>
{
    readonly Func<int, FrameRow> _rowAt;
    readonly Func<IEnumerable<FrameRow>> _inOrder;

    RowView(int count, Func<int, FrameRow> rowAt, Func<IEnumerable<FrameRow>> inOrder) => (Count, _rowAt, _inOrder) = (count, rowAt, inOrder);

    public int Count { get; }

    public FrameRow this[int index] => _rowAt(index);

    /// <summary>Every row changed.</summary>
    /// <param name="change">Gives the same whenever it is asked.</param>
    public static RowView Changed(IReadOnlyList<FrameRow> rows, Func<FrameRow, FrameRow> change) => new(rows.Count, index => change(rows[index]), () => rows.Select(change));

    /// <summary>Some rows, in their order.</summary>
    /// <param name="isKept">Is asked once for each row and its position, in their order.</param>
    public static RowView Kept(IReadOnlyList<FrameRow> rows, Func<FrameRow, int, bool> isKept)
    {
        int[] kept = [.. rows.Index().Where(one => isKept(one.Item, one.Index)).Select(one => one.Index)];
        return new(kept.Length, index => rows[kept[index]], InOrder);

        IEnumerable<FrameRow> InOrder()
        {
            int next = 0;
            foreach ((int index, FrameRow row) in rows.Index())
            {
                if (next == kept.Length)
                    yield break;
                if (kept[next] != index)
                    continue;
                next++;
                yield return row;
            }
        }
    }

    /// <summary>Some rows in any order.</summary>
    public static RowView Drawn(IReadOnlyList<FrameRow> rows, int[] order) => new(order.Length, index => rows[order[index]], () => order.Select(index => rows[index]));

    public IEnumerator<FrameRow> GetEnumerator() => _inOrder().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
