using System.Runtime.CompilerServices;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.Tests.VectorStores.Indexes;

/// <summary>What every index is held against: the definitions, one by one, in double precision and in memory.</summary>
/// <param name="kept">What stays when the index is closed.</param>
sealed class ExactIndex(Dictionary<string, (VectorCollection Collection, Dictionary<string, VectorRecord> Records)> kept) : IVectorIndex
{
    public bool Supports(VectorMetric metric) => true;

    public Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        lock (kept)
        {
            if (!kept.TryAdd(collection.Name, (collection, [])))
                throw collection.Exists();
        }

        return Task.CompletedTask;
    }

    public Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) =>
        Task.FromResult(kept.TryGetValue(name, out var found) ? found.Collection : null);

    public Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<VectorCollection>>([.. kept.Values.Select(found => found.Collection)]);

    public Task<bool> DropAsync(string name, CancellationToken cancel) => Task.FromResult(kept.Remove(name));

    public Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        Dictionary<string, VectorRecord> all = RecordsOf(collection);
        collection.Check(records);
        foreach (VectorRecord record in records)
            all[record.Id] = record;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        Dictionary<string, VectorRecord> all = RecordsOf(collection);
        collection.Check(query);
        IEnumerable<VectorMatch> matches = all.Values
            .Where(record => query.Filter?.IsTrueOf(record.Metadata) ?? true)
            .Select(record => new VectorMatch(record.Id, Score(collection.Metric, query.Vector, record.Vector), record.Metadata));
        matches = collection.Metric == VectorMetric.Euclidean ? matches.OrderBy(match => match.Score) : matches.OrderByDescending(match => match.Score);
        return Task.FromResult<IReadOnlyList<VectorMatch>>([.. matches.Take(query.Count)]);
    }

    public Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        Dictionary<string, VectorRecord> all = RecordsOf(collection);
        return Task.FromResult<IReadOnlyList<VectorRecord>>([.. ids.Where(all.ContainsKey).Select(id => all[id])]);
    }

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (VectorRecord record in RecordsOf(collection).Values.ToArray())
        {
            await Task.Yield();
            yield return record;
        }
    }

    public Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        Dictionary<string, VectorRecord> all = RecordsOf(collection);
        foreach (string id in ids)
            all.Remove(id);
        return Task.CompletedTask;
    }

    public Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) => Task.FromResult<long>(RecordsOf(collection).Count);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static double Score(VectorMetric metric, float[] x, float[] y)
    {
        double dot = Sum(x, y, (a, b) => a * b);
        return metric switch
        {
            VectorMetric.Cosine => dot / Math.Sqrt(Sum(x, x, (a, b) => a * b) * Sum(y, y, (a, b) => a * b)),
            VectorMetric.DotProduct => dot,
            _ => Math.Sqrt(Sum(x, y, (a, b) => (a - b) * (a - b))),
        };
    }

    static double Sum(float[] x, float[] y, Func<double, double, double> term) => x.Zip(y, (a, b) => term(a, b)).Sum();

    Dictionary<string, VectorRecord> RecordsOf(VectorCollection collection) =>
        kept.TryGetValue(collection.Name, out var found) ? found.Records : throw collection.NotFound();
}

public sealed class ExactIndexTests : VectorIndexConformance
{
    readonly Dictionary<string, (VectorCollection Collection, Dictionary<string, VectorRecord> Records)> _kept = [];

    protected override Task<IVectorIndex> OpenAsync() => Task.FromResult<IVectorIndex>(new ExactIndex(_kept));
}
