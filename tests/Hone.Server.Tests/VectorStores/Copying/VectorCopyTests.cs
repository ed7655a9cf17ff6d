using Hone.Engine;
using Hone.Server.Tests.VectorStores.Indexes;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.VectorStores.Copying;

public sealed class VectorCopyTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-copy-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData(VectorMetric.Cosine), InlineData(VectorMetric.DotProduct), InlineData(VectorMetric.Euclidean)]
    public async Task A_copy_has_the_same_records_and_answers(VectorMetric metric)
    {
        await using IVectorIndex source = Open("a"), target = Open("b");
        await FillAsync(source, new VectorCollection("from", 4, metric), 4321);
        List<long> done = [];
        VectorCopy copy = new(source, Place("from"), target, Place("到")) { OnDone = done.Add };

        await copy.PrepareAsync(isResumed: false, Cancel);
        await copy.RunAsync(Cancel);
        CopyVerification verification = await copy.VerifyAsync(Cancel);

        done.ShouldBe([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4321]);
        (copy.Total, copy.Copied, copy.WereThere).ShouldBe((4321, 4321, 0));
        verification.IsGood.ShouldBeTrue();
        (verification.SourceCount, verification.TargetCount, verification.Compared, verification.Queries, verification.Agreement).ShouldBe((4321, 4321, 1000, 20, 1));
        (await target.FindAsync("到", Cancel)).ShouldBe(new VectorCollection("到", 4, metric));
    }

    [Fact]
    public async Task A_copy_that_was_interrupted_goes_on_and_sends_nothing_twice()
    {
        await using IVectorIndex source = Open("a"), target = Open("b");
        await FillAsync(source, new VectorCollection("from", 4, VectorMetric.Cosine), 1200);
        VectorCopy interrupted = new(source, Place("from"), target, Place("to")) { OnDone = _ => throw new OperationCanceledException() };
        await interrupted.PrepareAsync(isResumed: false, Cancel);
        await Should.ThrowAsync<OperationCanceledException>(() => interrupted.RunAsync(Cancel));

        VectorCopy careless = new(source, Place("from"), target, Place("to"));
        (await Should.ThrowAsync<HoneException>(() => careless.PrepareAsync(isResumed: false, Cancel))).Message
            .ShouldBe("\"to\" is there already and has 500 records. Add --resume to go on with a copy that was interrupted, or copy to another name.");
        VectorCopy resumed = new(source, Place("from"), target, Place("to"));
        await resumed.PrepareAsync(isResumed: true, Cancel);
        await resumed.RunAsync(Cancel);

        (resumed.Copied, resumed.WereThere).ShouldBe((700, 500));
        (await resumed.VerifyAsync(Cancel)).IsGood.ShouldBeTrue();
    }

    [Fact]
    public async Task What_differs_or_is_missing_is_found()
    {
        await using IVectorIndex source = Open("a"), target = Open("b");
        VectorCollection original = new("from", 4, VectorMetric.Cosine), made = original with { Name = "to" };
        await FillAsync(source, original, 50);
        VectorCopy copy = new(source, Place("from"), target, Place("to"));
        await copy.PrepareAsync(isResumed: false, Cancel);
        await copy.RunAsync(Cancel);
        VectorRecord record = (await target.FetchAsync(made, ["r7"], Cancel))[0];

        await target.UpsertAsync(made, [record with { Metadata = new Dictionary<string, MetadataValue>() }], Cancel);
        await target.DeleteAsync(made, ["r9"], Cancel);
        CopyVerification verification = await copy.VerifyAsync(Cancel);

        verification.IsGood.ShouldBeFalse();
        verification.Different.ShouldBe(["r7", "r9"], ignoreOrder: true);
        verification.TargetCount.ShouldBe(49);
    }

    [Fact]
    public async Task A_target_that_does_not_fit_and_a_source_that_is_missing_are_refused()
    {
        await using IVectorIndex source = Open("a"), target = Open("b");
        await FillAsync(source, new VectorCollection("from", 4, VectorMetric.Cosine), 3);
        await target.CreateAsync(new VectorCollection("to", 5, VectorMetric.Cosine), Cancel);

        (await Should.ThrowAsync<HoneException>(() => new VectorCopy(source, Place("from"), target, Place("to")).PrepareAsync(isResumed: true, Cancel))).Message.ShouldContain("has 5 dimensions");
        (await Should.ThrowAsync<HoneException>(() => new VectorCopy(source, Place("nowhere"), target, Place("to")).PrepareAsync(isResumed: false, Cancel))).Message.ShouldContain("no collection \"nowhere\"");
    }

    [Theory]
    [InlineData("qdrant://host:6333/docs", "qdrant://host:6333", "docs")]
    [InlineData("chroma:https://host/%E4%BA%A7%E5%93%81%2F1", "chroma:https://host", "产品/1")]
    [InlineData("folder:/data/vectors/产品", "folder:/data/vectors", "产品")]
    [InlineData("folder:vectors/docs", "folder:vectors", "docs")]
    [InlineData("folder:x%2Fy", "folder:.", "x/y")]
    public void A_place_is_an_address_and_a_collection(string text, string address, string collection) => VectorPlace.Parse(text).ShouldBe(new VectorPlace(address, collection));

    [Theory]
    [InlineData("redis://host:6333")]
    [InlineData("redis:https://host")]
    [InlineData("redis://host/")]
    [InlineData("folder:")]
    public void A_place_without_a_collection_is_refused(string text) => Should.Throw<HoneException>(() => VectorPlace.Parse(text)).Message.ShouldContain("Add the name of the collection");

    [Fact]
    public void A_password_in_an_address_is_refused_and_not_shown()
    {
        HoneException error = Should.Throw<HoneException>(() => VectorIndexes.Open("redis://me:geheim@host"));

        error.Message.ShouldContain("REDIS_PASSWORD");
        error.Message.ShouldNotContain("geheim");
    }

    [Theory]
    [InlineData("qdrant://host:6333/docs", "Write qdrant://host:6333.")]
    [InlineData("chroma://host/one", "Write chroma://host/TENANT/DATABASE.")]
    [InlineData("redis://host/docs", "something else behind it than the number of a database")]
    [InlineData("milvus:host", "Write milvus://HOST:PORT, or milvus:https://HOST.")]
    [InlineData("qdrant:https://geheim@host", "put the secret into the variable QDRANT_API_KEY")]
    [InlineData("weaviate://host?key=geheim", "put the secret into the variable WEAVIATE_API_KEY")]
    public void An_address_with_too_much_in_it_is_refused(string address, string message)
    {
        string said = Should.Throw<HoneException>(() => VectorIndexes.Open(address)).Message;

        said.ShouldContain(message);
        said.ShouldNotContain("geheim");
    }

    [Fact]
    public async Task A_collection_whose_dimensions_nobody_knows_is_not_copied()
    {
        await using IVectorIndex source = new ExactIndex(new() { ["empty"] = (new VectorCollection("empty", 0, VectorMetric.Cosine), []) }), target = Open("b");

        (await Should.ThrowAsync<HoneException>(() => new VectorCopy(source, Place("empty"), target, Place("to")).PrepareAsync(isResumed: false, Cancel))).Message
            .ShouldBe("\"empty\" has no records yet, which would say how long its vectors are. There is nothing to copy.");
    }

    /// <summary>Copies a collection of the built-in index to an address and from there into the built-in index again, and holds what comes back against what went.</summary>
    internal static async Task ShouldCopyThere(string address)
    {
        string folder = Directory.CreateTempSubdirectory("hone-copy-").FullName;
        try
        {
            await using IVectorIndex here = VectorIndexes.Open($"folder:{folder}"), there = VectorIndexes.Open(address);
            await FillAsync(here, new VectorCollection("from", 4, VectorMetric.Cosine), 1100);
            string name = $"副本 {Guid.NewGuid():N}";
            try
            {
                await CopyAsync(here, "from", there, name);
                await CopyAsync(there, name, here, "back");
            }
            finally
            {
                await there.DropAsync(name, CancellationToken.None);
            }

            Dictionary<string, VectorRecord> before = [];
            await foreach (VectorRecord record in here.ScanAsync(new VectorCollection("from", 4, VectorMetric.Cosine), Cancel))
                before.Add(record.Id, record);
            int count = 0;
            await foreach (VectorRecord record in here.ScanAsync(new VectorCollection("back", 4, VectorMetric.Cosine), Cancel))
            {
                CopyVerification.IsSame(VectorMetric.Cosine, before[record.Id], record).ShouldBeTrue(record.Id);
                count++;
            }

            count.ShouldBe(before.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task CopyAsync(IVectorIndex source, string from, IVectorIndex target, string to)
    {
        VectorCopy copy = new(source, Place(from), target, Place(to));
        await copy.PrepareAsync(isResumed: false, Cancel);
        await copy.RunAsync(Cancel);
        (await copy.VerifyAsync(Cancel)).IsGood.ShouldBeTrue();
    }

    static VectorPlace Place(string collection) => new("somewhere", collection);

    IVectorIndex Open(string name) => VectorIndexes.Open($"folder:{Path.Combine(_folder, name)}");

    static async Task FillAsync(IVectorIndex index, VectorCollection collection, int count)
    {
        SeededRandom random = new(3);
        await index.CreateAsync(collection, Cancel);
        await index.UpsertAsync(collection, [.. Enumerable.Range(0, count).Select(i => new VectorRecord(
            $"r{i}",
            [.. Enumerable.Range(0, collection.Dimensions).Select(_ => (float)(random.NextDouble() - 0.5))],
            new Dictionary<string, MetadataValue> { ["n"] = i, ["文"] = $"第 {i} 条", ["even"] = i % 2 == 0 }))], Cancel);
    }
}
