using System.Text.Json;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Batches;

/// <summary>The batches of a database.</summary>
public sealed class BatchStore(Database database)
{
    internal const string IdPrefix = "batch_";
    const string OfOpen = "SELECT record FROM batches WHERE status IN ('validating', 'in_progress', 'finalizing', 'cancelling') ORDER BY sequence";

    public void Create(Batch batch) =>
        database.Write(session => session.Execute(
            "INSERT INTO batches (id, organisation, status, record) VALUES (@Id, @Organisation, @Status, @Record)",
            new { batch.Id, batch.Organisation, batch.Status, Record = Serialize(batch) }));

    /// <summary>404 when there is none, or it belongs to others.</summary>
    public Batch Find(string id, string organisation, string param = "batch_id") =>
        (Ids.IsPlausible(id, IdPrefix) ? database.Read(session => session.Find<string>("SELECT record FROM batches WHERE id = @Id AND organisation = @Organisation", new { Id = id, Organisation = organisation })) : null) is { } record
            ? Deserialize(record)
            : throw ApiError.NotFound($"No batch found with id '{JsonFields.Shown(id)}'.", param);

    /// <summary>The newest first; one more than the limit, when there are more.</summary>
    public IReadOnlyList<Batch> List(string organisation, PageRequest page)
    {
        string after = page.After is null ? "" : "AND sequence < (SELECT sequence FROM batches WHERE id = @After)";
        return [.. database.Read(session => session.List<string>(
            $"SELECT record FROM batches WHERE organisation = @Organisation {after} ORDER BY sequence DESC LIMIT @Count",
            new { Organisation = organisation, page.After, Count = page.Limit + 1 })).Select(Deserialize)];
    }

    /// <summary>Those of all organisations that are not finished, the oldest first.</summary>
    internal IReadOnlyList<Batch> Open() => database.Read(Open);

    static IReadOnlyList<Batch> Open(DatabaseSession session) => [.. session.List<string>(OfOpen).Select(Deserialize)];

    /// <summary>The id of a batch that is not finished and reads a file; null when there is none.</summary>
    internal static string? FindUserOf(DatabaseSession session, string file) => Open(session).FirstOrDefault(batch => batch.InputFile == file)?.Id;

    internal Batch Get(string id) => Deserialize(database.Read(session => session.Value<string>("SELECT record FROM batches WHERE id = @Id", new { Id = id })));

    /// <summary>Changes a batch as it is at that moment, and as if nobody else did.</summary>
    public Batch Change(string id, Func<Batch, Batch> change) => database.Write(session => Change(session, id, change));

    internal static Batch Change(DatabaseSession session, string id, Func<Batch, Batch> change)
    {
        Batch batch = change(Deserialize(session.Value<string>("SELECT record FROM batches WHERE id = @Id", new { Id = id })));
        session.Execute("UPDATE batches SET status = @Status, record = @Record WHERE id = @Id", new { batch.Id, batch.Status, Record = Serialize(batch) });
        return batch;
    }

    static string Serialize(Batch batch) => JsonSerializer.Serialize(batch, Json.Options);

    static Batch Deserialize(string record) => JsonSerializer.Deserialize<Batch>(record, Json.Options)!;
}
