using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases;

/// <summary>There is a collection of that name, which others made in a way that Hone does not read.</summary>
/// <param name="reason">What is in the way, to follow a colon.</param>
sealed class UnreadableCollection(string name, string reason)
    : HoneException(Text.Of($"There is a collection \"{name}\" that Hone did not make and cannot read: {reason}.", $"集合“{name}”不是由 Hone 创建的，Hone 无法读取：{reason}。"))
{
    /// <summary>The collections that can be read, of all that a database names.</summary>
    public static async Task<IReadOnlyList<VectorCollection>> ReadableAsync<T>(IEnumerable<T> all, Func<T, Task<VectorCollection?>> read)
    {
        List<VectorCollection> collections = [];
        foreach (T each in all)
        {
            try
            {
                if (await read(each) is { } collection)
                    collections.Add(collection);
            }
            catch (UnreadableCollection)
            {
                // Not ours to list; who asks for it by its name is told why.
            }
        }

        return collections;
    }

    /// <summary>Filters ask for what stands beside the records of our own collections, in some systems.</summary>
    public static HoneException WithoutFilters(VectorCollection collection) =>
        new(Text.Of($"Hone did not make the collection \"{collection.Name}\", and cannot filter its records. Copy it, and filter the copy.", $"集合“{collection.Name}”不是由 Hone 创建的，无法过滤其记录。请先复制，再在副本中过滤。"));

    /// <summary>A metric that is none of ours.</summary>
    public static UnreadableCollection OfMetric(string name, string? metric) =>
        new(name, Text.Of($"its vectors are compared by \"{metric}\", and Hone knows the cosine, the dot product and the Euclidean distance", $"其度量为“{metric}”，而 Hone 只支持余弦、点积和欧氏距离"));

    /// <summary>Other vectors than one plain vector for each record.</summary>
    public static UnreadableCollection OfVectors(string name) =>
        new(name, Text.Of("a record there has vectors under names, several vectors, or sparse ones, and Hone reads records of one plain vector", "其记录含有命名向量、多个向量或稀疏向量，而 Hone 只读取单个普通向量的记录"));
}
