using Hone.Engine;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Indexes.Databases.Chroma;
using Hone.Server.VectorStores.Indexes.Databases.Milvus;
using Hone.Server.VectorStores.Indexes.Databases.Pinecone;
using Hone.Server.VectorStores.Indexes.Databases.Postgres;
using Hone.Server.VectorStores.Indexes.Databases.Qdrant;
using Hone.Server.VectorStores.Indexes.Databases.Redis;
using Hone.Server.VectorStores.Indexes.Databases.Typesense;
using Hone.Server.VectorStores.Indexes.Databases.Weaviate;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>The kinds of vector indexes, one line each, and how an address names one: <c>KIND:ADDRESS</c>.</summary>
public static class VectorIndexes
{
    /// <summary>What an address of the built-in index begins with.</summary>
    internal const string Folder = "folder:";

    /// <summary>What opens an index of a kind, from the address after the colon. It need not be reached before it is first used.</summary>
    static readonly Dictionary<string, Func<string, IVectorIndex>> ByKind = new(StringComparer.Ordinal)
    {
        ["folder"] = folder => new BuiltInIndex(folder),
        ["chroma"] = address => new ChromaIndex(address),
        ["milvus"] = address => new MilvusIndex(address),
        ["pgvector"] = address => new PgVectorIndex(address),
        ["pinecone"] = address => new PineconeIndex(address),
        ["qdrant"] = address => new QdrantIndex(address),
        ["redis"] = address => new RedisVectorSets(address),
        ["redisearch"] = address => new RediSearchIndex(address),
        ["typesense"] = address => new TypesenseIndex(address),
        ["weaviate"] = address => new WeaviateIndex(address),
        ["zilliz"] = address => new MilvusIndex(address, isZilliz: true),
    };

    /// <summary>The names of the kinds.</summary>
    public static IReadOnlyCollection<string> Kinds => ByKind.Keys;

    /// <exception cref="HoneException">The address names no kind that there is.</exception>
    public static IVectorIndex Open(string address)
    {
        CheckKind(address);
        string[] parts = address.Split(':', 2);
        return ByKind[parts[0]](parts[1]);
    }

    /// <summary>The same for an index that is only read: its folder must be there, which is otherwise made when something is first written.</summary>
    /// <exception cref="HoneException">The address names no kind that there is, or there is no such folder.</exception>
    public static IVectorIndex OpenToRead(string address)
    {
        IVectorIndex index = Open(address);
        if (index is BuiltInIndex)
            CheckFolder(address[Folder.Length..]);
        return index;
    }

    /// <summary>Whether two addresses are those of one index, however a folder is written.</summary>
    public static bool IsSame(string one, string other)
    {
        return Whole(one) == Whole(other);

        static string Whole(string address) => address.StartsWith(Folder, StringComparison.Ordinal) && address.Length > Folder.Length ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(address[Folder.Length..])) : address;
    }

    static void CheckFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? new HoneException(Text.Of($"{folder} is a file. Name the folder that the collections are in.", $"{folder} 是文件。请写集合所在的文件夹。"))
                : new HoneException(Text.Of($"There is no folder {folder}. Is the path right?", $"没有文件夹 {folder}。路径是否正确？"));
        }

        if (BuiltInCollection.Find(folder) is { } collection)
            throw new HoneException(Text.Of($"{folder} holds the collection \"{collection.Name}\" itself. Name the folder above it.", $"{folder} 是集合“{collection.Name}”自身的文件夹。请写它的上一级文件夹。"));
    }

    /// <exception cref="HoneException">The address names no kind that there is.</exception>
    internal static void CheckKind(string address)
    {
        string[] parts = address.Split(':', 2);
        if (parts.Length == 2 && ByKind.ContainsKey(parts[0]))
            return;
        string known = string.Join(", ", Kinds);
        // An address may hold what must not be shown: only its first word is repeated.
        throw new HoneException(Text.Of(
            $"\"{parts[0]}\" is no kind of vector index. Write KIND:ADDRESS with one of these kinds: {known}.",
            $"“{parts[0]}”不是向量索引的种类。请写成 KIND:ADDRESS，其中 KIND 为：{known}。"));
    }
}
