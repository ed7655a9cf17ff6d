using System.Security.Cryptography;
using Hone.Server.Access;
using Hone.Server.Files;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Uploads;

/// <summary>The uploads of all organisations, with their parts on the disk.</summary>
public sealed class UploadStore(DataFolder data, Database database, FileStore files, TimeProvider clock)
{
    const string IdPrefix = "upload_";
    const string PartPrefix = "part_";
    const string Columns = "id, organisation, project, purpose, filename, bytes, mime_type, status, created_at, expires_at, file_seconds, file";
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Parts may be sent again when an answer was lost, but not without end.</summary>
    const int MostTimesItsBytes = 2;

    public PendingUpload Create(Caller caller, string purpose, string filename, long bytes, string mimeType, TimeSpan? fileLifetime)
    {
        DateTimeOffset now = clock.GetUtcNow();
        PendingUpload upload = new(
            Ids.New(IdPrefix), caller.Organisation, caller.Project, purpose, StoredFile.CleanFilename(filename), bytes, StoredText.Of(mimeType), PendingUpload.Pending, now, now + Lifetime, (long?)fileLifetime?.TotalSeconds, File: null);
        Directory.CreateDirectory(FolderOf(upload));
        database.Write(session => session.Execute(
            $"INSERT INTO uploads ({Columns}) VALUES (@Id, @Organisation, @Project, @Purpose, @Filename, @Bytes, @MimeType, @Status, @CreatedAt, @ExpiresAt, @FileSeconds, @File)", upload));
        return upload;
    }

    /// <summary>404 when there is none, or it belongs to others.</summary>
    public PendingUpload Find(string id, string organisation) =>
        (Ids.IsPlausible(id, IdPrefix) ? database.Read(session => Find(session, id, organisation)) : null)
        ?? throw ApiError.NotFound($"No such Upload object: {JsonFields.Shown(id)}", "upload_id");

    /// <summary>400 unless parts can still come.</summary>
    void RequirePending(PendingUpload upload)
    {
        string status = upload.StatusAt(clock.GetUtcNow());
        if (status != PendingUpload.Pending)
            throw ApiError.Invalid($"Upload {upload.Id} is {status}.", "upload_id");
    }

    /// <summary>Adds a part. 400 when the upload has ended before it was there.</summary>
    /// <param name="receive">Writes its content into a new file, on the disk when that ends.</param>
    public async Task<UploadPart> AddAsync(PendingUpload upload, Func<string, Task> receive)
    {
        RequirePending(upload);
        Directory.CreateDirectory(FolderOf(upload));
        string pending = Path.Combine(FolderOf(upload), $".{Guid.NewGuid():N}.tmp");
        try
        {
            await receive(pending);
            return Keep(upload, pending);
        }
        catch (Exception lost) when (lost is FileNotFoundException or DirectoryNotFoundException)
        {
            // With the upload, its folder is deleted.
            RequirePending(Find(upload.Id, upload.Organisation));
            throw;
        }
        finally
        {
            if (File.Exists(pending))
                File.Delete(pending);
        }
    }

    UploadPart Keep(PendingUpload upload, string pendingPath)
    {
        UploadPart part = new(Ids.New(PartPrefix), upload.Id, new FileInfo(pendingPath).Length, clock.GetUtcNow());
        string path = PathOf(part);
        File.Move(pendingPath, path);
        try
        {
            database.Write(session =>
            {
                RequirePending(Find(session, upload.Id, upload.Organisation)!);
                long before = session.Value<long>("SELECT COALESCE(SUM(bytes), 0) FROM upload_parts WHERE upload = @Id", new { upload.Id });
                if (before + part.Bytes > upload.Bytes * MostTimesItsBytes)
                    throw ApiError.Invalid($"The parts of upload {upload.Id} have more than {MostTimesItsBytes} times the {upload.Bytes} bytes that it was announced with.", "data");
                session.Execute("INSERT INTO upload_parts (id, upload, bytes, created_at) VALUES (@Id, @Upload, @Bytes, @CreatedAt)", part);
            });
        }
        catch
        {
            if (File.Exists(path))
                File.Delete(path);
            throw;
        }

        return part;
    }

    /// <summary>Makes a file of parts, in the order of their ids. Done again, as by a client that missed the answer, it changes nothing.</summary>
    /// <param name="md5">Of the whole content, in hexadecimal digits; null when it is not to be compared.</param>
    /// <param name="findProblem">Reads the content before it becomes a file.</param>
    public async Task<(PendingUpload Upload, StoredFile File)> CompleteAsync(
        PendingUpload upload, IReadOnlyList<string> partIds, string? md5, Func<string, Task<string?>> findProblem, CancellationToken cancel)
    {
        if (upload.Status == PendingUpload.Completed && files.Find(upload.File!, upload.Organisation) is { } known)
            return (upload, known);
        RequirePending(upload);
        List<UploadPart> parts = PartsOf(upload, partIds);
        string pending = files.NewPendingPath();
        try
        {
            await JoinAsync(upload, parts, pending, md5, cancel);
            string? problem = await findProblem(pending);
            TimeSpan? lifetime = upload.FileSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            StoredFile file = files.Keep(pending, upload.Organisation, upload.Project, upload.Purpose, upload.Filename, lifetime, problem, (session, made) =>
            {
                if (session.Execute("UPDATE uploads SET status = @Completed, file = @File WHERE id = @Id AND status = @Pending", new { PendingUpload.Completed, File = made.Id, upload.Id, PendingUpload.Pending }) != 1)
                    throw ApiError.Invalid($"Upload {upload.Id} was completed or cancelled in the meantime.", "upload_id");
            });
            DeleteParts(upload);
            return (upload with { Status = PendingUpload.Completed, File = file.Id }, file);
        }
        finally
        {
            File.Delete(pending);
        }
    }

    public PendingUpload Cancel(PendingUpload upload)
    {
        RequirePending(upload);
        if (database.Write(session => session.Execute("UPDATE uploads SET status = @Cancelled WHERE id = @Id AND status = @Pending", new { PendingUpload.Cancelled, upload.Id, PendingUpload.Pending })) != 1)
            throw ApiError.Invalid($"Upload {upload.Id} was completed or cancelled in the meantime.", "upload_id");
        DeleteParts(upload);
        return upload with { Status = PendingUpload.Cancelled };
    }

    /// <summary>Deletes the parts of uploads whose time is over.</summary>
    public void Sweep()
    {
        IReadOnlyList<PendingUpload> over = database.Read(session => session.List<PendingUpload>(
            $"SELECT {Columns} FROM uploads WHERE status = @Pending AND expires_at <= @Now", new { PendingUpload.Pending, Now = clock.GetUtcNow() }));
        foreach (PendingUpload upload in over)
        {
            database.Write(session => session.Execute("UPDATE uploads SET status = @Expired WHERE id = @Id AND status = @Pending", new { PendingUpload.Expired, upload.Id, PendingUpload.Pending }));
            DeleteParts(upload);
        }

        // What a process left that ended between the last word of an upload and the deletion of its parts.
        foreach (string folder in Directory.Exists(data.Uploads) ? Directory.GetDirectories(data.Uploads) : [])
            if (database.Read(session => session.Find<string>("SELECT status FROM uploads WHERE id = @Id", new { Id = Path.GetFileName(folder) })) is not (null or PendingUpload.Pending))
                Directory.Delete(folder, recursive: true);
    }

    static PendingUpload? Find(DatabaseSession session, string id, string organisation) =>
        session.Find<PendingUpload>($"SELECT {Columns} FROM uploads WHERE id = @Id AND organisation = @Organisation", new { Id = id, Organisation = organisation });

    string FolderOf(PendingUpload upload) => Path.Combine(data.Uploads, upload.Id);

    string PathOf(UploadPart part) => Path.Combine(data.Uploads, part.Upload, part.Id);

    List<UploadPart> PartsOf(PendingUpload upload, IReadOnlyList<string> ids)
    {
        Dictionary<string, UploadPart> known = database
            .Read(session => session.List<UploadPart>("SELECT id, upload, bytes, created_at FROM upload_parts WHERE upload = @Id", new { upload.Id }))
            .ToDictionary(part => part.Id);
        List<UploadPart> parts = [];
        foreach (string id in ids)
            parts.Add(known.Remove(id, out UploadPart? part) ? part : throw ApiError.Invalid($"Upload {upload.Id} has no part {JsonFields.Shown(id)}, or it is named twice.", "part_ids"));
        long bytes = parts.Sum(part => part.Bytes);
        return bytes == upload.Bytes ? parts : throw ApiError.Invalid($"The parts have {bytes} bytes together, but the upload was announced with {upload.Bytes}.", "part_ids");
    }

    async Task JoinAsync(PendingUpload upload, List<UploadPart> parts, string path, string? md5, CancellationToken cancel)
    {
        try
        {
            await JoinAsync(parts, path, md5, cancel);
        }
        catch (Exception lost) when (lost is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another request has completed or cancelled it, and deleted its parts.
            RequirePending(Find(upload.Id, upload.Organisation));
            throw;
        }
    }

    async Task JoinAsync(List<UploadPart> parts, string path, string? md5, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using (FileStream joined = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.Asynchronous))
        {
            byte[] buffer = new byte[1 << 16];
            foreach (UploadPart part in parts)
            {
                await using FileStream content = new(PathOf(part), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous);
                int read;
                while ((read = await content.ReadAsync(buffer, cancel)) > 0)
                {
                    if (md5 is not null)
                        hash.AppendData(buffer, 0, read);
                    await joined.WriteAsync(buffer.AsMemory(0, read), cancel);
                }
            }

            joined.Flush(flushToDisk: true);
        }

        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (md5 is not null && !found.Equals(md5, StringComparison.OrdinalIgnoreCase))
            throw ApiError.Invalid($"The content has the MD5 checksum {found}, not {JsonFields.Shown(md5)}.", "md5");
    }

    void DeleteParts(PendingUpload upload)
    {
        database.Write(session => session.Execute("DELETE FROM upload_parts WHERE upload = @Id", new { upload.Id }));
        if (Directory.Exists(FolderOf(upload)))
            Directory.Delete(FolderOf(upload), recursive: true);
    }
}
