using Hone.Data.Spools;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Spools;

public class TemporaryFileTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData((1 << 16) - 1)]
    [InlineData(1 << 16)]
    [InlineData((1 << 16) + 1)]
    [InlineData(300_000)]
    public void What_was_written_is_read_at_any_place_and_more_can_follow(int length)
    {
        using TemporaryFile file = new();
        byte[] all = new byte[length * 5];
        new Random(1).NextBytes(all);
        file.Write(all.AsSpan(0, length));
        Read(file, 0, length).ShouldBe(all[..length]);
        for (int part = 1; part < 5; part++)
            file.Write(all.AsSpan(part * length, length));

        file.Length.ShouldBe(all.Length);
        Read(file, 0, all.Length).ShouldBe(all);
        Read(file, length - 1, (2 * length) + 1).ShouldBe(all[(length - 1)..(3 * length)]);
        Read(file, all.Length, 0).ShouldBeEmpty();
    }

    static byte[] Read(TemporaryFile file, long start, int length)
    {
        byte[] bytes = new byte[length];
        file.Read(bytes, start);
        return bytes;
    }
}
