using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Hone.Server.VectorStores.Indexes.Databases.Postgres;

/// <summary>A filter as a condition on the column <c>metadata</c>. Names and values are parameters, never text of the statement.</summary>
sealed class PgVectorFilter(NpgsqlCommand command)
{
    public string Of(VectorFilter filter) => filter switch
    {
        VectorFilter.Compare compare => Of(compare),
        VectorFilter.And and => $"({string.Join(" AND ", and.Filters.Select(Of))})",
        VectorFilter.Or or => $"({string.Join(" OR ", or.Filters.Select(Of))})",
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    string Of(VectorFilter.Compare compare)
    {
        if (compare.Comparator is Comparator.Eq or Comparator.Ne)
        {
            // A document that holds this one: true of the same kind and value alone, and found by the index.
            string pair = Add(NpgsqlDbType.Jsonb, RecordJson.TextOf(new Dictionary<string, MetadataValue> { [compare.Key] = compare.Value }));
            return compare.Comparator == Comparator.Eq ? $"metadata @> {pair}" : $"NOT metadata @> {pair}";
        }

        string key = Add(NpgsqlDbType.Text, compare.Key), number = Add(NpgsqlDbType.Double, compare.Value.Number!.Value);
        string sign = compare.Comparator switch { Comparator.Gt => ">", Comparator.Gte => ">=", Comparator.Lt => "<", _ => "<=" };
        return $"CASE WHEN jsonb_typeof(metadata -> {key}) = 'number' THEN (metadata ->> {key})::double precision {sign} {number} ELSE false END";
    }

    string Add(NpgsqlDbType type, object value)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"f{command.Parameters.Count}");
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });
        return $"@{name}";
    }
}
