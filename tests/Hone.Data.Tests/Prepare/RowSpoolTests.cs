using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class RowSpoolTests
{
    /// <summary>Lengths around those at which a block is full, and rows that are longer than several.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData((1 << 16) - 13, (1 << 16) - 12, (1 << 16) - 11, 1 << 16, (1 << 16) + 1)]
    [InlineData(200_000, 3, 200_000, 70_000, 0, 5)]
    [InlineData(30_000, 30_000, 5_500, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 30_000)]
    public void Rows_come_back_in_order_and_by_number(params int[] lengths)
    {
        using RowSpool spool = new();
        FrameRow[] rows = [.. lengths.Select((length, i) => new FrameRow(i + 1, new string((char)('a' + i), length / 2), new string((char)('A' + i), length - (length / 2))))];
        foreach (FrameRow row in rows)
            spool.Add(row);

        spool.ShouldBe(rows);
        Enumerable.Range(0, rows.Length).Reverse().Select(i => spool[i]).ShouldBe(rows.Reverse());
    }

    [Fact]
    public void Many_short_rows_cross_the_ends_of_blocks_at_any_place()
    {
        using RowSpool spool = new();
        FrameRow[] rows = [.. Enumerable.Range(0, 20_000).Select(i => new FrameRow(i * 3, new string('问', i % 7), $"😀{i}"))];
        foreach (FrameRow row in rows)
            spool.Add(row);

        spool.SequenceEqual(rows).ShouldBeTrue();
        spool.SequenceEqual(rows).ShouldBeTrue(); // once more, from the start
        spool[19_999].ShouldBe(rows[19_999]);
        spool[0].ShouldBe(rows[0]);
    }

    [Fact]
    public void Rows_are_added_between_readings()
    {
        using RowSpool spool = new();
        spool.Add(new FrameRow(1, "a", "b"));
        spool.Count.ShouldBe(1);
        spool[0].Prompt.ShouldBe("a");
        spool.Add(new FrameRow(2, "c", "d"));

        spool.Select(row => row.Completion).ShouldBe(["b", "d"]);
    }

    [Fact]
    public void No_row_is_empty_and_none_lies_outside()
    {
        using RowSpool spool = new();

        spool.ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => spool[0]);
        Should.Throw<ArgumentOutOfRangeException>(() => spool[-1]);
    }
}
