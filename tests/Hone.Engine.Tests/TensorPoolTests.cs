using Shouldly;
using Xunit;

namespace Hone.Engine.Tests;

public sealed class TensorPoolTests
{
    [Fact]
    public void Blocks_never_overlap_whatever_is_rented_and_returned()
    {
        var pool = new TensorPool();
        var random = new Random(1);
        var rented = new List<TensorBlock>();

        for (int i = 0; i < 2000; i++)
        {
            if (rented.Count > 0 && random.Next(2) == 0)
            {
                int at = random.Next(rented.Count);
                pool.Return(rented[at]);
                rented.RemoveAt(at);
                continue;
            }

            TensorBlock block = pool.Rent(random.Next(1, 50_000));
            rented.ShouldNotContain(other => ReferenceEquals(other.Floats, block.Floats) && other.Offset < block.Offset + block.Length && block.Offset < other.Offset + other.Length);
            rented.Add(block);
        }
    }

    [Fact]
    public void What_was_returned_is_one_piece_again()
    {
        var pool = new TensorPool();
        TensorBlock[] blocks = [.. Enumerable.Range(0, 64).Select(_ => pool.Rent(60_000))];
        long allocated = pool.AllocatedBytes;

        foreach (TensorBlock block in blocks.OrderBy(block => block.Offset % 7))
            pool.Return(block);
        pool.Rent(64 * 60_000);

        pool.AllocatedBytes.ShouldBe(allocated);
    }
}
