using Hone.Engine.Checkpoints;
using Hone.Server.Batches;
using Hone.Server.FineTuning;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Files;

/// <summary>The files of all organisations: a row each in the database, and the content in the data folder. A file that was acknowledged is on the disk.</summary>
public sealed class FileStore(DataFolder data, Database database, TimeProvider clock)
{
    public const string IdPrefix = "file-";
    const string Columns = "id, organisation, project, purpose, filename, bytes, created_at, expires_at, problem";

    /// <summary>What is being written, or was left by a process that ended, has such a name.</summary>
    const string PendingPattern = ".*.tmp";

    /// <summary>Content, or a report, without a row is left alone that long: another process may be about to write the row.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>Where the content of a file lies.</summary>
    public string PathOf(StoredFile file) => Path.Combine(data.Files, file.Id);

    /// <summary>A place for content that is on its way; <see cref="Keep"/> makes a file of it.</summary>
    public string NewPendingPath()
    {
        Directory.CreateDirectory(data.Files);
        return Path.Combine(data.Files, $".{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Makes a file of content that is on the disk.</summary>
    /// <param name="pendingPath">From <see cref="NewPendingPath"/>; flushed to the disk by its writer.</param>
    /// <param name="lifetime">Null for as long as the purpose says.</param>
    /// <param name="together">What is written in the same transaction; when it throws, there is no file.</param>
    public StoredFile Keep(
        string pendingPath, string organisation, string project, string purpose, string filename, TimeSpan? lifetime = null, string? problem = null, Action<DatabaseSession, StoredFile>? together = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long bytes = new FileInfo(pendingPath).Length;
        StoredFile file = new(Ids.New(IdPrefix), organisation, project, purpose, StoredFile.CleanFilename(filename), bytes, now, now + (lifetime ?? FilePurposes.LifetimeOf(purpose)), problem is null ? null : StoredText.Of(problem));
        File.Move(pendingPath, PathOf(file));
        try
        {
            database.Write(session =>
            {
                session.Execute($"INSERT INTO files ({Columns}) VALUES (@Id, @Organisation, @Project, @Purpose, @Filename, @Bytes, @CreatedAt, @ExpiresAt, @Problem)", file);
                together?.Invoke(session, file);
            });
        }
        catch
        {
            File.Delete(PathOf(file));
            throw;
        }

        return file;
    }

    /// <summary>Makes a file of what is written here and now.</summary>
    public StoredFile Add(string organisation, string project, string purpose, string filename, Action<Stream> write)
    {
        string pending = NewPendingPath();
        try
        {
            AtomicFile.Write(pending, write);
            return Keep(pending, organisation, project, purpose, filename);
        }
        catch
        {
            File.Delete(pending);
            throw;
        }
    }

    /// <summary>Makes a file of a copy of one elsewhere on this machine, after the checks that an upload has.</summary>
    public StoredFile Import(string path, string organisation, string project, string purpose) => Copy(path, organisation, project, purpose, pending => UploadedLines.FindProblem(pending, purpose));

    /// <summary>The same for a file that is taken whatever is in it: what an upload would be refused for is kept as its problem.</summary>
    public StoredFile Adopt(string path, string organisation, string project, string purpose) =>
        Copy(path, organisation, project, purpose, pending =>
        {
            try
            {
                return UploadedLines.FindProblem(pending, purpose);
            }
            catch (ApiError refusal)
            {
                return refusal.Message;
            }
        });

    StoredFile Copy(string path, string organisation, string project, string purpose, Func<string, string?> findProblem)
    {
        string pending = NewPendingPath();
        try
        {
            AtomicFile.Copy(path, pending);
            return Keep(pending, organisation, project, purpose, Path.GetFileName(path), problem: findProblem(pending));
        }
        finally
        {
            File.Delete(pending);
        }
    }

    /// <summary>Null when there is none, or it belongs to others, or its time is over.</summary>
    /// <param name="isExpiredToo">Whether one whose time is over counts: whoever began to read it goes on.</param>
    public StoredFile? Find(string id, string organisation, bool isExpiredToo = false) =>
        !Ids.IsPlausible(id, IdPrefix) ? null
        : database.Read(session => session.Find<StoredFile>(
            $"SELECT {Columns} FROM files WHERE id = @Id AND organisation = @Organisation AND (expires_at IS NULL OR expires_at > @Time)",
            new { Id = id, Organisation = organisation, Time = isExpiredToo ? DateTimeOffset.UnixEpoch : clock.GetUtcNow() }));

    /// <summary>One more than the limit, when there are more.</summary>
    /// <param name="purpose">Null for all.</param>
    public IReadOnlyList<StoredFile> List(string organisation, string? purpose, PageRequest page)
    {
        (string compare, string order) = page.IsDescending ? ("<", "DESC") : (">", "ASC");
        string after = page.After is null ? "" : $"AND sequence {compare} (SELECT sequence FROM files WHERE id = @After AND organisation = @Organisation)";
        string ofPurpose = purpose is null ? "" : "AND purpose = @Purpose";
        return database.Read(session => session.List<StoredFile>(
            $"SELECT {Columns} FROM files WHERE organisation = @Organisation AND (expires_at IS NULL OR expires_at > @Now) {ofPurpose} {after} ORDER BY sequence {order} LIMIT @Count",
            new { Organisation = organisation, Purpose = purpose, page.After, Now = clock.GetUtcNow(), Count = page.Limit + 1 }));
    }

    /// <summary>Those with a purpose that have so many bytes and are kept until somebody deletes them.</summary>
    public IReadOnlyList<StoredFile> List(string organisation, string purpose, long bytes) =>
        database.Read(session => session.List<StoredFile>(
            $"SELECT {Columns} FROM files WHERE organisation = @Organisation AND purpose = @Purpose AND bytes = @Bytes AND expires_at IS NULL ORDER BY sequence",
            new { Organisation = organisation, Purpose = purpose, Bytes = bytes }));

    /// <summary>Those of all organisations with a purpose, the newest first.</summary>
    internal IReadOnlyList<StoredFile> ListNewest(string purpose, int most) =>
        database.Read(session => session.List<StoredFile>(
            $"SELECT {Columns} FROM files WHERE purpose = @Purpose AND (expires_at IS NULL OR expires_at > @Now) ORDER BY sequence DESC LIMIT @Most",
            new { Purpose = purpose, Now = clock.GetUtcNow(), Most = most }));

    /// <returns>False when there was none.</returns>
    /// <exception cref="FileInUseException">Something that is not finished reads it.</exception>
    public bool Delete(string id, string organisation)
    {
        if (Find(id, organisation) is not { } file)
            return false;
        // The row first: a file without content would be a lie, content without a row is only swept away later.
        bool isDeleted = database.Write(session =>
            FindUser(session, file.Id) is { } user ? throw new FileInUseException(file.Id, user)
            : session.Execute("DELETE FROM files WHERE id = @Id", new { file.Id }) == 1);
        DeleteContent(file);
        return isDeleted;
    }

    static string? FindUser(DatabaseSession session, string id) => JobStore.FindUserOf(session, id) ?? BatchStore.FindUserOf(session, id);

    /// <summary>Deletes files whose time is over once nothing reads them any more, and content that no file has.</summary>
    public void Sweep()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (StoredFile file in database.Read(session => session.List<StoredFile>($"SELECT {Columns} FROM files WHERE expires_at <= @Now", new { Now = now })))
        {
            if (database.Write(session => FindUser(session, file.Id) is null && session.Execute("DELETE FROM files WHERE id = @Id", new { file.Id }) == 1))
                DeleteContent(file);
        }

        foreach (string folder in (string[])[data.Files, data.Reports])
            if (Directory.Exists(folder))
                foreach (string path in Directory.EnumerateFiles(folder).Concat(Directory.EnumerateFiles(folder, PendingPattern)).Distinct().Where(path => now - File.GetLastWriteTimeUtc(path) > Grace).ToArray())
                    if (database.Read(session => session.Find<int>("SELECT 1 FROM files WHERE id = @Id", new { Id = Path.GetFileName(path).Split('.')[0] })) != 1)
                        File.Delete(path);
    }

    void DeleteContent(StoredFile file)
    {
        File.Delete(PathOf(file));
        if (Directory.Exists(data.Reports))
            foreach (string report in Directory.GetFiles(data.Reports, file.Id + ".*"))
                File.Delete(report);
    }
}
