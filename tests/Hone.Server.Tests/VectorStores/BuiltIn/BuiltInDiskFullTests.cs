using Hone.Engine;
using Hone.Server.Tests.Storage;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>An index on a disk of a few megabytes.</summary>
public sealed class BuiltInDiskFullTests : IDisposable
{
    const int Dimensions = 100, BatchSize = 200;

    static readonly VectorCollection Collection = new("c", Dimensions, VectorMetric.Cosine);

    readonly SmallDisk _disk = new(megabytes: 6);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _disk.Dispose();

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task A_batch_without_room_is_refused_and_the_index_goes_on_once_there_is_some()
    {
        _disk.Require();
        string folder = Path.Combine(_disk.Path, "vectors"), filler = Path.Combine(_disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[2 << 20], Cancel);
        int kept = 0;
        BuiltInIndex index = new(folder);
        await using (index)
        {
            await index.CreateAsync(Collection, Cancel);

            List<string> refused = [];
            while (refused.Count < 3)
            {
                try
                {
                    await index.UpsertAsync(Collection, Batch(kept), Cancel);
                    kept++;
                }
                catch (HoneException problem)
                {
                    refused.Add(problem.Message);
                }
            }

            refused.ShouldAllBe(message => message.Contains("No space left on device", StringComparison.Ordinal));
            kept.ShouldBeGreaterThan(2);
            await ShouldHoldAsync(index, kept);

            File.Delete(filler);
            await index.UpsertAsync(Collection, Batch(kept), Cancel);
            kept++;
            await ShouldHoldAsync(index, kept);
        }

        BuiltInIndex again = new(folder);
        await using (again)
            await ShouldHoldAsync(again, kept);
    }

    static async Task ShouldHoldAsync(BuiltInIndex index, int batches)
    {
        (await index.CountAsync(Collection, Cancel)).ShouldBe(batches * BatchSize);
        foreach (VectorRecord expected in Enumerable.Range(0, batches).SelectMany(Batch))
            (await index.FetchAsync(Collection, [expected.Id], Cancel)).Single().Vector.ShouldBe(expected.Vector);
        VectorRecord last = Batch(batches - 1)[^1];
        (await index.QueryAsync(Collection, new VectorQuery(last.Vector, 1), Cancel)).Single().Id.ShouldBe(last.Id);
    }

    static VectorRecord[] Batch(int number)
    {
        SeededRandom random = new((ulong)number + 1);
        return
        [
            .. Enumerable.Range(number * BatchSize, BatchSize).Select(i =>
                new VectorRecord($"{i}", [.. Enumerable.Range(0, Dimensions).Select(_ => (float)random.NextDouble() - 0.5f)], new Dictionary<string, MetadataValue> { ["text"] = new string('x', 50) })),
        ];
    }
}
