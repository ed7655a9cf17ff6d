using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.VectorStores.Indexes.Databases.Postgres;

/// <summary>How a collection is a table: its name, the operators of its metric, and what a table tells of the collection.</summary>
static class PgVectorTable
{
    /// <summary>PostgreSQL cuts longer names.</summary>
    const int MostNameBytes = 63;

    /// <summary>Tables of our shape, whose vectors have one length, in the schema that names without one go to.</summary>
    public const string All = """
        SELECT c.relname, obj_description(c.oid, 'pg_class'), a.atttypmod,
               (SELECT o.opcname FROM pg_index i JOIN pg_opclass o ON o.oid = ANY (i.indclass) WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey) LIMIT 1)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'embedding' AND a.atttypmod > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid AND t.typname = 'vector'
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
          AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'id' AND b.atttypid = 'text'::regtype)
          AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'metadata' AND b.atttypid = 'jsonb'::regtype)
        """;

    /// <summary>The table of a collection: its name, cut and with a hash where it is too long.</summary>
    public static string NameOf(string name) =>
        Encoding.UTF8.GetByteCount(name) <= MostNameBytes ? name : $"hone_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]}";

    public static string Quoted(string name) => $"\"{NameOf(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static (string Metric, string Operators, string Sign) WordOf(VectorMetric metric) => metric switch
    {
        VectorMetric.Cosine => ("cosine", "vector_cosine_ops", "<=>"),
        VectorMetric.DotProduct => ("dot_product", "vector_ip_ops", "<#>"),
        _ => ("euclidean", "vector_l2_ops", "<->"),
    };

    /// <summary>A table that others made has no comment of ours: its index says how it is compared.</summary>
    public static VectorCollection CollectionOf(string table, string? comment, int dimensions, string? operators)
    {
        Dictionary<string, MetadataValue> own = RecordJson.DescriptionOf(comment);
        VectorMetric[] metrics = [.. Enum.GetValues<VectorMetric>().Where(each => WordOf(each).Metric == own.GetValueOrDefault("metric").Text)];
        if (own.GetValueOrDefault("name").Text is { } name && metrics is [{ } metric])
            return new VectorCollection(name, dimensions, metric);
        return new VectorCollection(table, dimensions, Enum.GetValues<VectorMetric>().FirstOrDefault(each => WordOf(each).Operators == operators));
    }
}
