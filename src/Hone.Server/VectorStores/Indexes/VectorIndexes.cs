using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes.Databases.Chroma;
using Hone.Server.VectorStores.Indexes.Databases.Postgres;
using Hone.Server.VectorStores.Indexes.Databases.Redis;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>The kinds of vector indexes, one line each, and how an address names one: <c>KIND:ADDRESS</c>.</summary>
public static class VectorIndexes
{
    /// <summary>What opens an index of a kind, from the address after the colon. It need not be reached before it is first used.</summary>
    static readonly Dictionary<string, Func<string, IVectorIndex>> ByKind = new(StringComparer.Ordinal)
    {
        ["folder"] = folder => new BuiltInIndex(folder),
        ["chroma"] = address => new ChromaIndex(address),
        ["pgvector"] = address => new PgVectorIndex(address),
        ["redis"] = address => new RedisVectorSets(address),
    };

    /// <summary>The names of the kinds.</summary>
    public static IReadOnlyCollection<string> Kinds => ByKind.Keys;

    /// <exception cref="HoneException">The address names no kind that there is.</exception>
    public static IVectorIndex Open(string address)
    {
        string[] parts = address.Split(':', 2);
        if (parts.Length == 2 && ByKind.TryGetValue(parts[0], out Func<string, IVectorIndex>? open))
            return open(parts[1]);
        string known = string.Join(", ", Kinds);
        throw new HoneException(Text.Of(
            $"\"{address}\" names no vector index. Write KIND:ADDRESS with one of these kinds: {known}.",
            $"“{address}”不是向量索引。请写成 KIND:ADDRESS，其中 KIND 为：{known}。"));
    }
}
