using System.Numerics.Tensors;
using Hone.Engine;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.Copying;

/// <summary>Whether a copy is what it was copied from: the counts, records drawn from all of them, and what both answer to the same queries.</summary>
/// <param name="SourceCount">Records in the source.</param>
/// <param name="TargetCount">Records in the target.</param>
/// <param name="Compared">Records drawn and compared, vector and metadata.</param>
/// <param name="Different">Ids of those that are missing in the target or differ.</param>
/// <param name="Queries">Queries put to both.</param>
/// <param name="Agreement">The share of nearest records that both name, or that are as near.</param>
public sealed record CopyVerification(long SourceCount, long TargetCount, int Compared, IReadOnlyList<string> Different, int Queries, double Agreement)
{
    /// <summary>Indexes that search approximately need not name the same records, but most.</summary>
    const double LeastAgreement = 0.8;

    const int SampledRecords = 1000;
    const int AskedQueries = 20;
    const int Nearest = 10;

    /// <summary>Databases keep float32, and some give back what they keep with length 1 times the length.</summary>
    const float Tolerance = 1e-4f;

    public bool IsGood => TargetCount >= SourceCount && Different.Count == 0 && Agreement >= LeastAgreement;

    /// <param name="from">The collection that was copied.</param>
    /// <param name="to">The copy.</param>
    internal static async Task<CopyVerification> OfAsync(IVectorIndex source, VectorCollection from, IVectorIndex target, VectorCollection to, CancellationToken cancel)
    {
        List<VectorRecord> sample = await SampleAsync(source, from, cancel);
        List<string> different = [];
        foreach (VectorRecord[] part in sample.Chunk(100))
        {
            Dictionary<string, VectorRecord> found = (await target.FetchAsync(to, [.. part.Select(record => record.Id)], cancel)).ToDictionary(record => record.Id, StringComparer.Ordinal);
            different.AddRange(part.Where(record => !(found.TryGetValue(record.Id, out VectorRecord? other) && IsSame(to.Metric, record, other))).Select(record => record.Id));
        }

        double agreement = 0;
        VectorRecord[] asked = [.. sample.Take(AskedQueries)];
        foreach (VectorRecord record in asked)
        {
            VectorQuery query = new(record.Vector, Nearest);
            agreement += Agree(from.Metric, await source.QueryAsync(from, query, cancel), await target.QueryAsync(to, query, cancel));
        }

        return new CopyVerification(
            await source.CountAsync(from, cancel),
            await target.CountAsync(to, cancel),
            sample.Count,
            different,
            asked.Length,
            asked.Length > 0 ? agreement / asked.Length : 1);
    }

    /// <summary>Whether two records are the same to searches. Of vectors that are compared by the cosine, databases may keep the direction alone.</summary>
    internal static bool IsSame(VectorMetric metric, VectorRecord one, VectorRecord other)
    {
        if (one.Vector.Length != other.Vector.Length || one.Metadata.Count != other.Metadata.Count || one.Metadata.Any(pair => !(other.Metadata.TryGetValue(pair.Key, out MetadataValue value) && value == pair.Value)))
            return false;
        if (metric == VectorMetric.Cosine)
            return TensorPrimitives.CosineSimilarity(one.Vector, other.Vector) > 1 - Tolerance;
        return TensorPrimitives.Distance(one.Vector, other.Vector) <= Tolerance * Math.Max(TensorPrimitives.Norm(one.Vector), float.Epsilon);
    }

    /// <summary>Records that are equally near may stand in any order, and the last places go to any of them.</summary>
    static double Agree(VectorMetric metric, IReadOnlyList<VectorMatch> expected, IReadOnlyList<VectorMatch> found)
    {
        if (expected.Count == 0)
            return found.Count == 0 ? 1 : 0;
        HashSet<string> ids = [.. expected.Select(match => match.Id)];
        double last = expected[^1].Score, slack = Tolerance * Math.Max(1, Math.Abs(last));
        return (double)found.Count(match => ids.Contains(match.Id) || (metric == VectorMetric.Euclidean ? match.Score <= last + slack : match.Score >= last - slack)) / expected.Count;
    }

    /// <summary>Each record of the source has the same chance to be drawn.</summary>
    static async Task<List<VectorRecord>> SampleAsync(IVectorIndex source, VectorCollection from, CancellationToken cancel)
    {
        SeededRandom random = new(1);
        List<VectorRecord> sample = [];
        int seen = 0;
        await foreach (VectorRecord record in source.ScanAsync(from, cancel))
        {
            int place = random.NextInt32(seen + 1);
            if (sample.Count < SampledRecords)
                sample.Add(record);
            else if (place < SampledRecords)
                sample[place] = record;
            seen++;
        }

        return sample;
    }
}
