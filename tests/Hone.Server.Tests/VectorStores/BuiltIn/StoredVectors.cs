using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.BuiltIn;

/// <summary>A folder with one collection of the built-in index, and what tests put in.</summary>
sealed class StoredVectors : IDisposable
{
    public const int Dimensions = 5, BatchSize = 40;

    public static readonly VectorCollection Collection = new("向量", Dimensions, VectorMetric.DotProduct);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hone-vectors-").FullName;

    /// <summary>The one collection's folder.</summary>
    public string Inside => Directory.GetDirectories(Folder).Single();

    public string Log => Path.Combine(Inside, "rows-0", "records.log");

    public string State => Path.Combine(Inside, "rows-0", "state");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>An index over the folder, with the collection in it.</summary>
    public async Task<BuiltInIndex> OpenAsync(bool flushes = true)
    {
        BuiltInIndex index = new(Folder, flushes);
        if (await index.FindAsync(Collection.Name, Cancel) is null)
            await index.CreateAsync(Collection, Cancel);
        return index;
    }

    /// <summary>Puts in batches and closes the index.</summary>
    public async Task FillAsync(int batches, int first = 0)
    {
        BuiltInIndex index = await OpenAsync();
        await using (index)
            await PutAsync(index, batches, first);
    }

    public static async Task PutAsync(BuiltInIndex index, int batches, int first = 0)
    {
        for (int batch = first; batch < first + batches; batch++)
            await index.UpsertAsync(Collection, Batch(batch), Cancel);
    }

    /// <summary>How many records an index finds that is opened for it.</summary>
    public async Task<long> CountAsync()
    {
        BuiltInIndex index = new(Folder);
        await using (index)
            return await index.CountAsync(Collection, Cancel);
    }

    public static async Task ShouldHoldAsync(BuiltInIndex index, IReadOnlyDictionary<string, VectorRecord> expected)
    {
        (await index.CountAsync(Collection, Cancel)).ShouldBe(expected.Count);
        HashSet<string> found = [];
        await foreach (VectorRecord record in index.ScanAsync(Collection, Cancel))
        {
            found.Add(record.Id).ShouldBeTrue();
            record.Vector.ShouldBe(expected[record.Id].Vector);
            record.Metadata.ShouldBe(expected[record.Id].Metadata);
        }

        found.Count.ShouldBe(expected.Count);
    }

    /// <summary>Some records, of which a number is the first.</summary>
    public static VectorRecord[] Batch(int number) =>
    [
        .. Enumerable.Range(number * BatchSize, BatchSize).Select(i =>
            new VectorRecord($"文 {i}", [.. Enumerable.Range(0, Dimensions).Select(d => (i * 10f) + d)], new Dictionary<string, MetadataValue> { ["number"] = i, ["text"] = new string('x', i % 900) })),
    ];
}
