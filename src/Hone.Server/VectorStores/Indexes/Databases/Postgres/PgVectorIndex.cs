using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hone.Data.Endpoints;
using Hone.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Hone.Server.VectorStores.Indexes.Databases.Postgres;

/// <summary>
/// Tables of PostgreSQL with the extension pgvector: <c>id text</c>, <c>embedding vector(n)</c>, <c>metadata jsonb</c>, an HNSW index for the metric and a GIN index for
/// filters. The table has the name of the collection; what is kept beside it is the table's comment.
/// </summary>
sealed class PgVectorIndex : IVectorIndex
{
    const string KeyVariable = "PGPASSWORD";
    const int MostRecords = 1000;
    const int ShownCharacters = 300;

    /// <summary>The longest vectors that an HNSW index takes; longer ones are searched one by one.</summary>
    const int MostIndexedDimensions = 2000;

    const int MostEffort = 1000;

    readonly NpgsqlDataSource _source;
    readonly string _place;

    /// <param name="address"><c>//[USER@]HOST[:PORT][/DATABASE]</c>; without a user, <c>PGUSER</c>.</param>
    public PgVectorIndex(string address)
    {
        var place = DatabaseAddress.Parse(address, "pgvector", KeyVariable, 5432, ["DATABASE"], securePort: 5432, hasUser: true);
        NpgsqlConnectionStringBuilder connection = new()
        {
            Host = place.Host,
            Port = place.Port,
            Username = place.User ?? DatabaseKey.Of("PGUSER") ?? "postgres",
            Password = DatabaseKey.Of(KeyVariable),
            SslMode = place.IsSecure ? SslMode.VerifyFull : SslMode.Prefer,
            Timeout = 20,
            CommandTimeout = 300,
            ApplicationName = "hone",
        };
        connection.Database = place.Path.Count > 0 ? place.Path[0] : DatabaseKey.Of("PGDATABASE") ?? connection.Username;
        _place = $"{connection.Host}:{connection.Port}/{connection.Database}";
        _source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
    }

    public bool Supports(VectorMetric metric) => true;

    public Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        string table = PgVectorTable.Quoted(collection.Name);
        string comment = RecordJson.ObjectText(json =>
        {
            json.WriteString("name", collection.Name);
            json.WriteString("metric", PgVectorTable.WordOf(collection.Metric).Metric);
        });
        string index = collection.Dimensions <= MostIndexedDimensions ? $"CREATE INDEX ON {table} USING hnsw (embedding {PgVectorTable.WordOf(collection.Metric).Operators});" : "";
        return RunAsync(async (connection, stop) =>
        {
            await using (NpgsqlCommand extension = new("CREATE EXTENSION IF NOT EXISTS vector", connection))
                await extension.ExecuteNonQueryAsync(stop);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
            await using NpgsqlCommand command = new(
                $"""
                CREATE TABLE {table} (id text PRIMARY KEY, embedding vector({collection.Dimensions.ToString(CultureInfo.InvariantCulture)}) NOT NULL, metadata jsonb NOT NULL DEFAULT jsonb_build_object());
                {index}
                CREATE INDEX ON {table} USING gin (metadata jsonb_path_ops);
                COMMENT ON TABLE {table} IS '{comment.Replace("'", "''", StringComparison.Ordinal)}';
                """, connection, transaction);
            try
            {
                await command.ExecuteNonQueryAsync(stop);
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation)
            {
                throw collection.Exists();
            }

            await transaction.CommitAsync(stop);
            return true;
        }, collection, cancel);
    }

    public async Task<VectorCollection?> FindAsync(string name, CancellationToken cancel)
    {
        if ((await TablesAsync($"{PgVectorTable.All} AND c.relname = @name", PgVectorTable.NameOf(name), cancel)).Find(collection => collection.Name == name) is { } found)
            return found;
        return await IsTakenAsync(name, cancel)
            ? throw new UnreadableCollection(name, Text.Of("the table lacks one of the columns id text, embedding vector(n) with one length, and metadata jsonb", "该表缺少 id text、embedding vector(n)（维数固定）、metadata jsonb 中的某一列"))
            : null;
    }

    public async Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) => await TablesAsync(PgVectorTable.All, null, cancel);

    public async Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is null)
            return false;
        return await RunAsync(async (connection, stop) =>
        {
            await using NpgsqlCommand drop = new($"DROP TABLE IF EXISTS {PgVectorTable.Quoted(name)}", connection);
            await drop.ExecuteNonQueryAsync(stop);
            return true;
        }, null, cancel);
    }

    public Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        collection.Check(records);
        return RunAsync(async (connection, stop) =>
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
            foreach (IReadOnlyList<VectorRecord> batch in RecordBatches.Of(records, MostRecords))
            {
                await using NpgsqlCommand command = new(
                    $"""
                    INSERT INTO {PgVectorTable.Quoted(collection.Name)} (id, embedding, metadata)
                    SELECT u.id, u.embedding::vector, u.metadata FROM unnest(@ids, @vectors, @metadata) AS u (id, embedding, metadata)
                    ON CONFLICT (id) DO UPDATE SET embedding = excluded.embedding, metadata = excluded.metadata
                    """, connection, transaction);
                command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = batch.Select(record => record.Id).ToArray() });
                command.Parameters.Add(new NpgsqlParameter("vectors", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = batch.Select(record => RecordJson.TextOf(record.Vector)).ToArray() });
                command.Parameters.Add(new NpgsqlParameter("metadata", NpgsqlDbType.Array | NpgsqlDbType.Jsonb) { Value = batch.Select(record => RecordJson.TextOf(record.Metadata)).ToArray() });
                await command.ExecuteNonQueryAsync(stop);
            }

            if (records.Count == 0)
                await CountAsync(connection, collection, stop);
            await transaction.CommitAsync(stop);
            return true;
        }, collection, cancel);
    }

    public Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel)
    {
        collection.Check(query);
        PlainFilter filter = PlainFilter.Of(query.Filter);
        return RunAsync<IReadOnlyList<VectorMatch>>(async (connection, stop) =>
        {
            if (filter.Constant == false)
            {
                await CountAsync(connection, collection, stop);
                return [];
            }

            List<VectorMatch> matches = await QueryAsync(connection, collection, query, filter.Filter, isExact: false, stop);
            // The index gives up after a while when few fit a filter: then every record is looked at.
            return matches.Count == query.Count ? matches : await QueryAsync(connection, collection, query, filter.Filter, isExact: true, stop);
        }, collection, cancel);
    }

    public Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel) =>
        RunAsync(async (connection, stop) =>
        {
            await using NpgsqlCommand command = new($"SELECT id, embedding::real[], metadata FROM {PgVectorTable.Quoted(collection.Name)} WHERE id = ANY (@ids)", connection);
            command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = ids.ToArray() });
            List<VectorRecord> found = [];
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                found.Add(RecordOf(reader));
            return RecordBatches.InOrder(ids, found);
        }, collection, cancel);

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? last = null;
        while (true)
        {
            string? after = last;
            List<VectorRecord> page = await RunAsync(async (connection, stop) =>
            {
                // By the bytes of the ids, whatever order the database's language has.
                await using NpgsqlCommand command = new($"""SELECT id, embedding::real[], metadata FROM {PgVectorTable.Quoted(collection.Name)} {(after is null ? "" : "WHERE id COLLATE \"C\" > @after")} ORDER BY id COLLATE "C" LIMIT {MostRecords.ToString(CultureInfo.InvariantCulture)}""", connection);
                if (after is not null)
                    command.Parameters.AddWithValue("after", after);
                List<VectorRecord> found = [];
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(stop);
                while (await reader.ReadAsync(stop))
                    found.Add(RecordOf(reader));
                return found;
            }, collection, cancel);

            foreach (VectorRecord record in page)
                yield return record;
            if (page.Count < MostRecords)
                yield break;
            last = page[^1].Id;
        }
    }

    public Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel) =>
        RunAsync(async (connection, stop) =>
        {
            await using NpgsqlCommand command = new($"DELETE FROM {PgVectorTable.Quoted(collection.Name)} WHERE id = ANY (@ids)", connection);
            command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = ids.ToArray() });
            return await command.ExecuteNonQueryAsync(stop);
        }, collection, cancel);

    public Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) => RunAsync((connection, stop) => CountAsync(connection, collection, stop), collection, cancel);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    static async Task<long> CountAsync(NpgsqlConnection connection, VectorCollection collection, CancellationToken cancel)
    {
        await using NpgsqlCommand command = new($"SELECT COUNT(*) FROM {PgVectorTable.Quoted(collection.Name)}", connection);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <param name="isExact">Whether every record is looked at, without the index.</param>
    static async Task<List<VectorMatch>> QueryAsync(NpgsqlConnection connection, VectorCollection collection, VectorQuery query, VectorFilter? filter, bool isExact, CancellationToken cancel)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        int effort = Math.Min(Math.Max(query.Count, 100), MostEffort);
        string settings = isExact ? "SET LOCAL enable_indexscan = off" : string.Create(CultureInfo.InvariantCulture, $"SET LOCAL hnsw.ef_search = {effort}; SET LOCAL hnsw.iterative_scan = strict_order");
        await using (NpgsqlCommand prepare = new(settings, connection, transaction))
            await prepare.ExecuteNonQueryAsync(cancel);

        await using NpgsqlCommand command = new("", connection, transaction);
        string where = filter is null ? "" : $"WHERE {new PgVectorFilter(command).Of(filter)}";
        string sign = PgVectorTable.WordOf(collection.Metric).Sign;
        command.CommandText = $"SELECT id, (embedding {sign} @vector::vector)::double precision, metadata FROM {PgVectorTable.Quoted(collection.Name)} {where} ORDER BY embedding {sign} @vector::vector LIMIT @count";
        command.Parameters.Add(new NpgsqlParameter("vector", NpgsqlDbType.Array | NpgsqlDbType.Real) { Value = query.Vector });
        command.Parameters.AddWithValue("count", query.Count);
        List<VectorMatch> matches = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            double distance = reader.GetDouble(1);
            double score = collection.Metric switch { VectorMetric.Cosine => 1 - distance, VectorMetric.DotProduct => -distance, _ => distance };
            matches.Add(new VectorMatch(reader.GetString(0), score, MetadataOf(reader)));
        }

        return matches;
    }

    static VectorRecord RecordOf(NpgsqlDataReader reader) => new(reader.GetString(0), reader.IsDBNull(1) ? throw RecordJson.NoVector(reader.GetString(0)) : reader.GetFieldValue<float[]>(1), MetadataOf(reader));

    /// <summary>Tables that others made may have none.</summary>
    static Dictionary<string, MetadataValue> MetadataOf(NpgsqlDataReader reader) => reader.IsDBNull(2) ? [] : RecordJson.MetadataOf(reader.GetString(2));

    /// <summary>Whether something else has the name of a collection's table.</summary>
    Task<bool> IsTakenAsync(string name, CancellationToken cancel) =>
        RunAsync(async (connection, stop) =>
        {
            await using NpgsqlCommand command = new("SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = @name)", connection);
            command.Parameters.AddWithValue("name", PgVectorTable.NameOf(name));
            return (bool)(await command.ExecuteScalarAsync(stop))!;
        }, null, cancel);

    Task<List<VectorCollection>> TablesAsync(string statement, string? name, CancellationToken cancel) =>
        RunAsync(async (connection, stop) =>
        {
            await using NpgsqlCommand command = new(statement, connection);
            if (name is not null)
                command.Parameters.AddWithValue("name", name);
            List<VectorCollection> collections = [];
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                collections.Add(PgVectorTable.CollectionOf(reader.GetString(0), await reader.IsDBNullAsync(1, stop) ? null : reader.GetString(1), reader.GetInt32(2), await reader.IsDBNullAsync(3, stop) ? null : reader.GetString(3)));
            return collections;
        }, null, cancel);

    /// <summary>Runs with a connection. One that broke since it was last used, as when the server was started again, is replaced once.</summary>
    async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, VectorCollection? collection, CancellationToken cancel)
    {
        for (bool isSecondTry = false; ; isSecondTry = true)
        {
            try
            {
                await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancel);
                return await work(connection, cancel);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable && collection is not null)
            {
                throw collection.NotFound();
            }
            catch (NpgsqlException error) when (!isSecondTry && (error.IsTransient || error.SqlState == PostgresErrorCodes.AdminShutdown))
            {
                _source.Clear();
            }
            catch (DbException error)
            {
                throw Problem(error);
            }
        }
    }

    HoneException Problem(DbException error)
    {
        string said = OneLine.Of((error as PostgresException)?.MessageText ?? (error.InnerException ?? error).Message, ShownCharacters).TrimEnd('.');
        // Without a password the client gives up by itself, with no state.
        bool isPasswordMissing = error.SqlState is null && DatabaseKey.Of(KeyVariable) is null && said.Contains("password", StringComparison.OrdinalIgnoreCase);
        string message = (isPasswordMissing ? PostgresErrorCodes.InvalidPassword : error.SqlState) switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                Text.Of($"PostgreSQL at {_place} does not let you in: {said}. Put the password into the variable {KeyVariable}, and the user into the address.", $"{_place} 的 PostgreSQL 拒绝访问：{said}。请将密码放入环境变量 {KeyVariable}，并在地址中写明用户。"),
            PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile =>
                Text.Of($"PostgreSQL at {_place} lacks something: {said}. Is pgvector installed there?", $"{_place} 的 PostgreSQL 缺少功能：{said}。是否安装了 pgvector？"),
            null => Text.Of($"PostgreSQL at {_place} cannot be reached: {said}. Is it running, and is the address right?", $"无法连接 {_place} 的 PostgreSQL：{said}。它是否在运行，地址是否正确？"),
            _ => Text.Of($"PostgreSQL at {_place} refused this: {said}.", $"{_place} 的 PostgreSQL 拒绝了请求：{said}。"),
        };
        return new HoneException(message, error);
    }
}
