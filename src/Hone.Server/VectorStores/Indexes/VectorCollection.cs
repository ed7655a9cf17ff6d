using System.Numerics.Tensors;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes;

/// <summary>How vectors are compared.</summary>
public enum VectorMetric
{
    /// <summary>x·y / (‖x‖·‖y‖), more is nearer. An index may keep such vectors with length 1.</summary>
    Cosine,

    /// <summary>x·y, more is nearer.</summary>
    DotProduct,

    /// <summary>‖x − y‖, less is nearer.</summary>
    Euclidean,
}

/// <summary>A set of vectors of one length that are compared in one way.</summary>
/// <param name="Name">Any text that is not empty.</param>
/// <param name="Dimensions">The length of its vectors.</param>
public sealed record VectorCollection(string Name, int Dimensions, VectorMetric Metric)
{
    /// <summary>The longest vectors that are possible.</summary>
    public const int MaxDimensions = 65_536;

    /// <summary>Refuses what no index could keep.</summary>
    /// <exception cref="HoneException">The name is empty, or the length is out of range.</exception>
    public void Check()
    {
        if (Name.Length == 0)
            throw new HoneException(Text.Of("The name of a collection is empty. Give it one.", "集合的名称为空。请给出名称。"));
        if (Dimensions is < 1 or > MaxDimensions)
            throw new HoneException(Text.Of(
                $"The collection \"{Name}\" is to have {Dimensions} dimensions. Choose a number from 1 to {MaxDimensions}.",
                $"集合“{Name}”的维数为 {Dimensions}。请选择 1 到 {MaxDimensions} 之间的数。"));
    }

    /// <summary>Refuses records before any of them is put in.</summary>
    /// <exception cref="HoneException">A record has no id, or a vector that does not fit, or a name of metadata that is empty.</exception>
    public void Check(IReadOnlyList<VectorRecord> records)
    {
        for (int i = 0; i < records.Count; i++)
        {
            VectorRecord record = records[i];
            if (record.Id.Length == 0)
                throw new HoneException(Text.Of($"Record {i + 1} for \"{Name}\" has an empty id. Give each record an id of its own.", $"集合“{Name}”的第 {i + 1} 条记录的 id 为空。请为每条记录指定 id。"));
            if (!Fits(record.Vector))
                Check(record.Vector, Text.Of($"The vector of \"{record.Id}\"", $"“{record.Id}”的向量"));
            if (record.Metadata.ContainsKey(""))
                throw new HoneException(Text.Of($"The metadata of \"{record.Id}\" has a value without a name. Name it.", $"“{record.Id}”的元数据中有一个没有名称的值。请为其命名。"));
        }
    }

    /// <summary>Refuses a query that has no answer.</summary>
    /// <exception cref="HoneException">The vector does not fit, or nothing is asked for.</exception>
    public void Check(VectorQuery query)
    {
        Check(query.Vector, Text.Of("The query", "查询向量"));
        if (query.Count < 1)
            throw new HoneException(Text.Of($"{query.Count} nearest records were asked for. Ask for 1 or more.", $"请求返回 {query.Count} 条最近记录。请至少请求 1 条。"));
    }

    /// <summary>Refuses a query that has no answer, or that asks for more than a database gives.</summary>
    /// <param name="system">The database's name, for messages.</param>
    /// <inheritdoc cref="Check(VectorQuery)"/>
    public void Check(VectorQuery query, string system, int most)
    {
        Check(query);
        if (query.Count > most)
            throw new HoneException(Text.Of($"{system} gives at most {most} records for a query; {query.Count} were asked for. Ask for fewer.", $"{system} 每次查询最多返回 {most} 条记录，而请求了 {query.Count} 条。请减少数量。"));
    }

    /// <summary>No such collection, as an error for people.</summary>
    public HoneException NotFound() =>
        new(Text.Of($"There is no collection \"{Name}\". Create it first.", $"没有名为“{Name}”的集合。请先创建。"));

    /// <summary>A second collection of one name, as an error for people.</summary>
    public HoneException Exists() =>
        new(Text.Of($"There is a collection \"{Name}\" already. Choose another name, or delete it first.", $"已有名为“{Name}”的集合。请另选名称，或先将其删除。"));

    /// <summary>Whether <see cref="Check(float[], string)"/> has nothing to say of a vector, found quickly.</summary>
    bool Fits(float[] vector) =>
        vector.Length == Dimensions && TensorPrimitives.IsFiniteAll<float>(vector) && (Metric != VectorMetric.Cosine || vector.AsSpan().ContainsAnyExcept(0f));

    void Check(float[] vector, string what)
    {
        if (vector.Length != Dimensions)
            throw new HoneException(Text.Of(
                $"{what} has {vector.Length} dimensions; the collection \"{Name}\" has {Dimensions}. Use vectors of the model that the collection was made with.",
                $"{what}有 {vector.Length} 维，而集合“{Name}”为 {Dimensions} 维。请使用创建该集合时所用模型的向量。"));
        int bad = Array.FindIndex(vector, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new HoneException(Text.Of(
                $"{what} has {vector[bad]} at position {bad + 1}. Vectors are made of finite numbers: look at what made it.",
                $"{what}的第 {bad + 1} 个数为 {vector[bad]}。向量只能由有限的数组成：请检查其来源。"));
        if (Metric == VectorMetric.Cosine && Array.TrueForAll(vector, value => value == 0))
            throw new HoneException(Text.Of(
                $"{what} is all zeros, which has no direction to compare. Leave it out, or use the dot product.",
                $"{what}全为零，没有可比较的方向。请去掉它，或改用点积。"));
    }
}
