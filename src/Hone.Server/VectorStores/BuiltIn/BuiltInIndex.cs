using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Server.Storage;
using Hone.Server.VectorStores.Indexes;
using Text = Hone.Engine.Text;

namespace Hone.Server.VectorStores.BuiltIn;

/// <summary>The vector index inside Hone: exact unless it is told to search by signs, in a folder, a folder in it for each collection. One process at a time opens a collection.</summary>
/// <param name="folder">Need not exist yet.</param>
/// <param name="flushes">Whether a change is acknowledged only once it is on the disk. Without, a kill of the process still loses nothing, but a machine that stops may.</param>
/// <param name="usesSigns">Whether a look at one bit for each number may leave out rows, with a probability; null for what <c>HONE_VECTOR_SEARCH</c> says: <c>exact</c>, or <c>one-bit</c>.</param>
/// <param name="clock">What work in the background waits by; null for the system's.</param>
public sealed class BuiltInIndex(string folder, bool flushes = true, bool? usesSigns = null, TimeProvider? clock = null) : IVectorIndex
{
    const string ModeVariable = "HONE_VECTOR_SEARCH";

    /// <summary>What was dropped has such a name until its files are deleted.</summary>
    const string Gone = ".gone";

    readonly ConcurrentDictionary<string, BuiltInCollection> _open = new(StringComparer.Ordinal);

    /// <summary>Held while a collection is made, opened or dropped: none is opened while its folder goes.</summary>
    readonly Lock _opening = new();

    public bool Supports(VectorMetric metric) => true;

    public Task CreateAsync(VectorCollection collection, CancellationToken cancel)
    {
        collection.Check();
        string path = FolderOf(collection.Name);
        try
        {
            Directory.CreateDirectory(folder);
            lock (_opening)
            {
                if (BuiltInCollection.Find(path) is not null)
                    throw collection.Exists();
                BuiltInCollection.Create(path, collection);
            }

            DurableFolder.Flush(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException(Text.Of($"The collection \"{collection.Name}\" cannot be made in {folder}: {error.Message}", $"无法在 {folder} 中创建集合“{collection.Name}”：{error.Message}"), error);
        }

        return Task.CompletedTask;
    }

    public Task<VectorCollection?> FindAsync(string name, CancellationToken cancel) => Task.FromResult(BuiltInCollection.Find(FolderOf(name)));

    public Task<IReadOnlyList<VectorCollection>> ListAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<VectorCollection>>(Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(path => Path.GetFileName(path)[0] != '.').Select(BuiltInCollection.Find).OfType<VectorCollection>()] : []);

    public Task<bool> DropAsync(string name, CancellationToken cancel)
    {
        string path = FolderOf(name);
        lock (_opening)
        {
            if (BuiltInCollection.Find(path) is null)
                return Task.FromResult(false);
            if (_open.TryGetValue(name, out BuiltInCollection? opened))
                opened.Drop();
            else
                FolderLock.Take(path).Dispose(); // One that is damaged can be dropped too, but none that another process has.
            try
            {
                // Gone at once, whatever happens while its files are deleted. Until then it is among the open ones, as one that is not found.
                Directory.Move(path, Path.Combine(folder, $".{Guid.NewGuid():N}{Gone}"));
                DurableFolder.Flush(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new HoneException(Text.Of(
                    $"The collection \"{name}\" in {path} cannot be deleted: {error.Message} Close what uses that folder, make sure that you may write above it, and try again.",
                    $"无法删除 {path} 中的集合“{name}”：{error.Message} 请关闭使用该文件夹的程序，确认您对其上级文件夹有写入权限，然后重试。"), error);
            }
            finally
            {
                // One that could not be moved is opened again when it is asked for.
                _open.TryRemove(name, out _);
            }
        }

        foreach (string gone in Directory.GetDirectories(folder, $".*{Gone}"))
        {
            try
            {
                Directory.Delete(gone, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another one deletes it too, or will.
            }
        }

        return Task.FromResult(true);
    }

    public Task UpsertAsync(VectorCollection collection, IReadOnlyList<VectorRecord> records, CancellationToken cancel)
    {
        Opened(collection.Name).Upsert(records, flushes);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<VectorMatch>> QueryAsync(VectorCollection collection, VectorQuery query, CancellationToken cancel) =>
        Task.FromResult(Opened(collection.Name).Query([query.Vector], query.Count, query.Filter)[0]);

    /// <summary>Answers several queries in the time of few: the codes are read once for all of them.</summary>
    public Task<IReadOnlyList<VectorMatch>[]> QueryAsync(VectorCollection collection, IReadOnlyList<float[]> vectors, int count, VectorFilter? filter) =>
        Task.FromResult(Opened(collection.Name).Query(vectors, count, filter));

    public Task<IReadOnlyList<VectorRecord>> FetchAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel) =>
        Task.FromResult(Opened(collection.Name).Fetch(ids));

    public async IAsyncEnumerable<VectorRecord> ScanAsync(VectorCollection collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (VectorRecord record in Opened(collection.Name).Scan())
        {
            cancel.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    public Task DeleteAsync(VectorCollection collection, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        Opened(collection.Name).Delete(ids, flushes);
        return Task.CompletedTask;
    }

    public Task<long> CountAsync(VectorCollection collection, CancellationToken cancel) => Task.FromResult(Opened(collection.Name).Count);

    /// <summary>Waits until that is done in the background which makes searches of a collection quick, and its folder small. Searches are right without it.</summary>
    public Task SettleAsync(VectorCollection collection) => Opened(collection.Name).SettleAsync();

    public ValueTask DisposeAsync()
    {
        foreach (string name in _open.Keys)
        {
            if (_open.TryRemove(name, out BuiltInCollection? opened))
                opened.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A name of any characters and length becomes one that every file system takes.</summary>
    string FolderOf(string name) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]);

    BuiltInCollection Opened(string name)
    {
        if (_open.TryGetValue(name, out BuiltInCollection? opened))
            return opened;
        lock (_opening)
        {
            if (_open.TryGetValue(name, out opened))
                return opened;
            string path = FolderOf(name);
            return _open[name] = Directory.Exists(path) ? new BuiltInCollection(path, usesSigns ?? SignsAreWanted(), clock ?? TimeProvider.System) : throw new VectorCollection(name, 1, VectorMetric.Cosine).NotFound();
        }
    }

    static bool SignsAreWanted() =>
        Environment.GetEnvironmentVariable(ModeVariable) switch
        {
            null or "" or "exact" => false,
            "one-bit" => true,
            string other => throw new HoneException(Text.Of($"{ModeVariable} is \"{other}\". Set it to exact or one-bit, or leave it out.", $"{ModeVariable} 的值为“{other}”。请设为 exact 或 one-bit，或不要设置。")),
        };
}
