using System.Text.Json;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.VectorStores;

/// <summary>The stores, their files and the batches of these, in the database.</summary>
public sealed class VectorStoreRows(Database database, TimeProvider clock)
{
    public const string StorePrefix = "vs_";
    public const string BatchPrefix = "vsfb_";

    /// <summary>Of the files of a store that are in progress, how many are looked at together.</summary>
    const int FilesAtOnce = 16;

    const string Shown = "status <> 'removed'";

    public void Create(VectorStore store, IEnumerable<VectorStoreFile> files) =>
        database.Write(session =>
        {
            session.Execute(
                "INSERT INTO vector_stores (id, organisation, last_active_at, record) VALUES (@Id, @Organisation, @Now, @Record)",
                new { store.Id, store.Organisation, Now = store.CreatedAt, Record = Serialize(store) });
            foreach (VectorStoreFile file in files)
                Attach(session, file);
        });

    /// <summary>404 when there is none, or it belongs to others.</summary>
    public VectorStore Find(string id, string organisation, string param = "vector_store_id") =>
        (Ids.IsPlausible(id, StorePrefix) ? database.Read(session => session.Find<string>("SELECT record FROM vector_stores WHERE id = @Id AND organisation = @Organisation AND removed = 0", new { Id = id, Organisation = organisation })) : null) is { } record
            ? Deserialize<VectorStore>(record)
            : throw ApiError.NotFound($"Vector store with id '{JsonFields.Shown(id)}' not found.", param);

    /// <summary>As <see cref="Find"/>, and 400 when its time is over.</summary>
    public VectorStore FindUsable(string id, string organisation, string param = "vector_store_id")
    {
        VectorStore store = Find(id, organisation, param);
        return store.IsExpired(LastActiveAt(id), clock.GetUtcNow())
            ? throw ApiError.Invalid($"Vector store with id '{store.Id}' has expired: nobody used it for {store.ExpiresAfterDays} days. Make a new one.", param, "vector_store_expired")
            : store;
    }

    internal VectorStoreView View(VectorStore store)
    {
        long bytes = database.Read(session => session.Value<long>($"SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM vector_store_files WHERE store = @Id AND {Shown}", new { store.Id }));
        return store.ToView(LastActiveAt(store.Id), Counts("store = @Id", store.Id), bytes, clock.GetUtcNow());
    }

    internal CursorPage<VectorStoreView> List(string organisation, PageRequest page)
    {
        if (page.Cursor is { } cursor)
            Find(cursor, organisation, page.CursorName);
        return page.ReadPage(
            (order, limit) => database.Read(session => session.List<string>(
                $"SELECT record FROM vector_stores WHERE organisation = @Organisation AND removed = 0 {page.Beyond("(SELECT sequence FROM vector_stores WHERE id = @Cursor)")} ORDER BY sequence {order} LIMIT @Limit",
                new { Organisation = organisation, page.Cursor, Limit = limit })).Select(record => View(Deserialize<VectorStore>(record))),
            view => view.Id);
    }

    public VectorStore Change(string id, Func<VectorStore, VectorStore> change) =>
        database.Write(session =>
        {
            VectorStore store = change(Deserialize<VectorStore>(session.Value<string>("SELECT record FROM vector_stores WHERE id = @Id", new { Id = id })));
            session.Execute("UPDATE vector_stores SET record = @Record, last_active_at = @Now WHERE id = @Id", new { store.Id, Record = Serialize(store), Now = clock.GetUtcNow() });
            return store;
        });

    /// <summary>Notes that a store is used now.</summary>
    public void Touch(string id) => database.Write(session => session.Execute("UPDATE vector_stores SET last_active_at = @Now WHERE id = @Id", new { Id = id, Now = clock.GetUtcNow() }));

    /// <summary>Hides a store from everybody, until its vectors are gone and <see cref="Forget(string)"/> is called.</summary>
    public void Remove(string id) => database.Write(session => session.Execute("UPDATE vector_stores SET removed = 1 WHERE id = @Id", new { Id = id }));

    /// <summary>Deletes a store, its files and their batches from the database.</summary>
    public void Forget(string id) =>
        database.Write(session =>
        {
            session.Execute("DELETE FROM vector_store_files WHERE store = @Id", new { Id = id });
            session.Execute("DELETE FROM vector_store_batches WHERE store = @Id", new { Id = id });
            session.Execute("DELETE FROM vector_stores WHERE id = @Id", new { Id = id });
        });

    /// <summary>Stores that were removed, or whose time is over.</summary>
    internal IReadOnlyList<(string Id, bool IsRemoved)> Gone()
    {
        List<(string, bool)> gone = [.. database.Read(session => session.List<string>("SELECT id FROM vector_stores WHERE removed = 1")).Select(id => (id, true))];
        foreach ((string id, string record) in database.Read(session => session.List<(string, string)>("SELECT id, record FROM vector_stores WHERE removed = 0")))
        {
            if (Deserialize<VectorStore>(record).IsExpired(LastActiveAt(id), clock.GetUtcNow()))
                gone.Add((id, false));
        }

        return gone;
    }

    internal bool Exists(string id) => database.Read(session => session.Find<int>("SELECT 1 FROM vector_stores WHERE id = @Id AND removed = 0", new { Id = id })) == 1;

    /// <summary>Attaches files; one that is attached already is read anew.</summary>
    /// <param name="batch">The id of the batch that they are; null for none.</param>
    public void Attach(string store, IReadOnlyList<VectorStoreFile> files, string? batch = null) =>
        database.Write(session =>
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (batch is not null)
                session.Execute("INSERT INTO vector_store_batches (id, store, created_at) VALUES (@Batch, @Store, @Now)", new { Batch = batch, Store = store, Now = now });
            foreach (VectorStoreFile file in files)
                Attach(session, file);
            session.Execute("UPDATE vector_stores SET last_active_at = @Now WHERE id = @Store", new { Store = store, Now = now });
        });

    /// <summary>404 when there is none.</summary>
    public VectorStoreFile FindFile(string store, string id, string param = "file_id") =>
        TryFindFile(store, id) ?? throw ApiError.NotFound($"No file found with id '{JsonFields.Shown(id)}' in vector store '{store}'.", param);

    /// <summary>Null when there is none.</summary>
    public VectorStoreFile? TryFindFile(string store, string id) =>
        database.Read(session => session.Find<string>($"SELECT record FROM vector_store_files WHERE store = @Store AND id = @Id AND {Shown}", new { Store = store, Id = id })) is { } record ? Deserialize<VectorStoreFile>(record) : null;

    /// <param name="batch">Null for all of the store.</param>
    /// <param name="status">Null for all.</param>
    internal CursorPage<VectorStoreFileView> ListFiles(string store, string? batch, string? status, PageRequest page)
    {
        if (page.Cursor is { } cursor)
            FindFile(store, cursor, page.CursorName);
        string ofBatch = batch is null ? "" : "AND batch = @Batch", ofStatus = status is null ? "" : "AND status = @Status";
        return page.ReadPage(
            (order, limit) => database.Read(session => session.List<string>(
                $"SELECT record FROM vector_store_files WHERE store = @Store AND {Shown} {ofBatch} {ofStatus} {page.Beyond("(SELECT sequence FROM vector_store_files WHERE store = @Store AND id = @Cursor)")} ORDER BY sequence {order} LIMIT @Limit",
                new { Store = store, Batch = batch, Status = status, page.Cursor, Limit = limit })).Select(record => Deserialize<VectorStoreFile>(record).ToView()),
            view => view.Id);
    }

    /// <summary>Changes a file as it is at that moment, and as if nobody else did; null when it is not there any more.</summary>
    public VectorStoreFile? ChangeFile(string store, string id, Func<VectorStoreFile, VectorStoreFile> change) =>
        database.Write(session =>
        {
            if (session.Find<string>($"SELECT record FROM vector_store_files WHERE store = @Store AND id = @Id AND {Shown}", new { Store = store, Id = id }) is not { } record)
                return null;
            VectorStoreFile file = change(Deserialize<VectorStoreFile>(record));
            session.Execute("UPDATE vector_store_files SET status = @Status, bytes = @Bytes, record = @Record WHERE store = @Store AND id = @Id", new { file.Store, file.Id, file.Status, Bytes = file.UsageBytes, Record = Serialize(file) });
            return file;
        });

    /// <summary>Hides a file from everybody, until its vectors are gone and <see cref="Forget(string, string)"/> is called.</summary>
    public void RemoveFile(string store, string id) =>
        database.Write(session => session.Execute("UPDATE vector_store_files SET status = 'removed' WHERE store = @Store AND id = @Id", new { Store = store, Id = id }));

    /// <summary>Deletes a file from a store in the database, unless it was attached again meanwhile.</summary>
    public void Forget(string store, string id) =>
        database.Write(session => session.Execute("DELETE FROM vector_store_files WHERE store = @Store AND id = @Id AND status = 'removed'", new { Store = store, Id = id }));

    /// <summary>Hides what is not a file any more, because it was deleted or its time is over.</summary>
    internal void RemoveMissing() =>
        database.Write(session => session.Execute(
            "UPDATE vector_store_files SET status = 'removed' WHERE status <> 'removed' AND NOT EXISTS (SELECT 1 FROM files WHERE files.id = vector_store_files.id AND (files.expires_at IS NULL OR files.expires_at > @Now))",
            new { Now = clock.GetUtcNow() }));

    /// <summary>Files whose vectors are still to be deleted: of each its store and how many parts it has.</summary>
    internal IReadOnlyList<VectorStoreFile> Removed() => [.. database.Read(session => session.List<string>("SELECT record FROM vector_store_files WHERE status = 'removed'")).Select(Deserialize<VectorStoreFile>)];

    /// <summary>The stores that have files in progress, the one with the oldest first.</summary>
    internal IReadOnlyList<string> WaitingStores() => [.. database.Read(session => session.List<string>("SELECT store FROM vector_store_files WHERE status = 'in_progress' GROUP BY store ORDER BY MIN(sequence)"))];

    /// <summary>The oldest files of a store that are in progress.</summary>
    internal IReadOnlyList<VectorStoreFile> Waiting(string store) =>
        [.. database.Read(session => session.List<string>("SELECT record FROM vector_store_files WHERE status = 'in_progress' AND store = @Store ORDER BY sequence LIMIT @Limit", new { Store = store, Limit = FilesAtOnce })).Select(Deserialize<VectorStoreFile>)];

    /// <summary>A store by its id alone, for the server itself.</summary>
    internal VectorStore Get(string id) => Deserialize<VectorStore>(database.Read(session => session.Value<string>("SELECT record FROM vector_stores WHERE id = @Id", new { Id = id })));

    /// <summary>404 when there is none.</summary>
    internal VectorStoreFileBatchView FindBatch(string store, string id)
    {
        if (database.Read(session => session.Find<BatchRow>("SELECT id, created_at, cancelled FROM vector_store_batches WHERE id = @Id AND store = @Store", new { Id = id, Store = store })) is not { } batch)
            throw ApiError.NotFound($"No file batch found with id '{JsonFields.Shown(id)}' in vector store '{store}'.", "batch_id");
        FileCounts counts = Counts("batch = @Id", id);
        string status = batch.Cancelled != 0 ? VectorStoreFile.Cancelled
            : counts.InProgress > 0 ? VectorStoreFile.InProgress
            : counts.Total > 0 && counts.Failed == counts.Total ? VectorStoreFile.Failed
            : VectorStoreFile.Completed;
        return new VectorStoreFileBatchView(id, batch.CreatedAt, store, status, counts);
    }

    /// <summary>Cancels the files of a batch that are still in progress.</summary>
    public void CancelBatch(string store, string id) =>
        database.Write(session =>
        {
            foreach (string record in session.List<string>("SELECT record FROM vector_store_files WHERE batch = @Id AND status = 'in_progress'", new { Id = id }))
            {
                VectorStoreFile file = Deserialize<VectorStoreFile>(record) with { Status = VectorStoreFile.Cancelled };
                session.Execute("UPDATE vector_store_files SET status = @Status, record = @Record WHERE store = @Store AND id = @Id", new { Store = store, file.Id, file.Status, Record = Serialize(file) });
            }

            session.Execute("UPDATE vector_store_batches SET cancelled = 1 WHERE id = @Id", new { Id = id });
        });

    static void Attach(DatabaseSession session, VectorStoreFile file)
    {
        object row = new { file.Store, file.Id, file.Status, file.Batch, Record = Serialize(file) };
        if (session.Execute("UPDATE vector_store_files SET status = @Status, batch = @Batch, record = @Record WHERE store = @Store AND id = @Id", row) == 0)
            session.Execute("INSERT INTO vector_store_files (store, id, status, batch, record) VALUES (@Store, @Id, @Status, @Batch, @Record)", row);
    }

    FileCounts Counts(string where, string id)
    {
        Dictionary<string, int> counts = database.Read(session => session.List<(string Status, long Count)>($"SELECT status, CAST(COUNT(*) AS BIGINT) FROM vector_store_files WHERE {where} AND {Shown} GROUP BY status", new { Id = id }))
            .ToDictionary(row => row.Status, row => (int)row.Count, StringComparer.Ordinal);
        return new FileCounts(
            counts.GetValueOrDefault(VectorStoreFile.InProgress), counts.GetValueOrDefault(VectorStoreFile.Completed), counts.GetValueOrDefault(VectorStoreFile.Failed), counts.GetValueOrDefault(VectorStoreFile.Cancelled), counts.Values.Sum());
    }

    DateTimeOffset LastActiveAt(string id) => database.Read(session => session.Find<DateTimeOffset>("SELECT last_active_at FROM vector_stores WHERE id = @Id", new { Id = id }));

    static string Serialize<T>(T record) => JsonSerializer.Serialize(record, Json.Options);

    static T Deserialize<T>(string record) => JsonSerializer.Deserialize<T>(record, Json.Options)!;

    sealed record BatchRow
    {
        public DateTimeOffset CreatedAt { get; init; }

        public int Cancelled { get; init; }
    }
}
