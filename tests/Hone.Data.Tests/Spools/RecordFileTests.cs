using Hone.Data.Spools;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Spools;

public class RecordFileTests
{
    /// <summary>Lengths around that of a block, longer than several, and empty ones beside them.</summary>
    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(0, 0, 5, 0)]
    [InlineData((1 << 16) - 1, 1, 1, 1 << 16, (1 << 16) + 1, 0, 3)]
    [InlineData(200_000, 70_000, 200_001, 2)]
    public void Records_come_back_in_order_and_by_number(params int[] lengths)
    {
        using RecordFile file = new();
        byte[][] records = [.. lengths.Select((length, i) => Enumerable.Repeat((byte)(i + 1), length).ToArray())];
        foreach (byte[] record in records)
            file.Add(record);

        file.Count.ShouldBe(records.Length);
        file.InOrder().Select(record => record.ToArray()).ShouldBe(records);
        Enumerable.Range(0, records.Length).Reverse().Select(file.Read<byte>).ShouldBe(records.Reverse());
    }

    [Fact]
    public void Numbers_cross_the_ends_of_blocks()
    {
        using NumberFile<(ulong, int)> file = new();
        (ulong, int)[] numbers = [.. Enumerable.Range(0, 10_000).Select(i => ((ulong)i * 7, -i))];
        foreach ((ulong, int) number in numbers)
            file.Add(number);

        file.InOrder().SequenceEqual(numbers).ShouldBeTrue();
        ((int[])[0, 4095, 4096, 9999]).Select(i => file[i]).ShouldBe([numbers[0], numbers[4095], numbers[4096], numbers[9999]]);
        Should.Throw<ArgumentOutOfRangeException>(() => file[10_000]);
        Should.Throw<ArgumentOutOfRangeException>(() => file[-1]);
    }
}
