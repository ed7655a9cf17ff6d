using Hone.Engine.Embedding;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Models;

namespace Hone.Server.Embeddings;

/// <summary>The embedding models in memory, within a part of the budget for models. The one that was not used for longest leaves when another needs its place.</summary>
sealed class LoadedEmbedders : IDisposable
{
    /// <summary>Embedding models are small beside those that write text.</summary>
    const int ShareOfMemory = 4;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly InferenceLimits _limits;
    readonly LoadedModels _models;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _loading = new(1);
    readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    long _uses;

    /// <param name="models">Those that write text, with which the budget is shared.</param>
    public LoadedEmbedders(InferenceLimits limits, LoadedModels models)
    {
        (_limits, _models) = (limits, models);
        models.TakeIdleElsewhere = TakeIdle;
    }

    /// <summary>A model that stays in memory until the returned object is disposed. It is loaded if need be.</summary>
    /// <exception cref="ApiError">429: there is no room for another model now. 400: the model makes no embeddings, or is larger than the room for it.</exception>
    public async Task<Rented> RentAsync(ModelEntry entry, CancellationToken cancel)
    {
        RequireNoAdapter(entry, "model");
        string key = FileStamp.Of(entry.Folder);
        if (TryRent(key) is { } ready)
            return ready;

        await _loading.WaitAsync(cancel);
        try
        {
            return TryRent(key) ?? await LoadAsync(entry, key, cancel);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Refuses a model that makes no embeddings, without loading it.</summary>
    /// <param name="param">By which the request names it.</param>
    /// <exception cref="ApiError">400: the model makes none.</exception>
    public static void Require(ModelEntry entry, string param)
    {
        RequireNoAdapter(entry, param);
        Asking(entry, param, () =>
        {
            EmbeddingModel.Require(entry.Folder);
            return true;
        });
    }

    /// <summary>Lets models leave that nobody uses and whose files are gone or are others by now.</summary>
    public void DropDeleted()
    {
        Item[] leaving;
        lock (_lock)
            leaving = [.. _items.Values.Where(item => item.Users == 0 && FileStamp.Of(item.Folder) != item.Key).ToArray().Where(item => _items.Remove(item.Key))];
        foreach (Item item in leaving)
            Leave(item);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Item item in _items.Values)
                item.Queue.Dispose();
            _items.Clear();
        }
    }

    Rented? TryRent(string key)
    {
        lock (_lock)
            return _items.TryGetValue(key, out Item? item) ? Rent(item) : null;
    }

    Rented Rent(Item item)
    {
        item.Users++;
        item.LastUse = ++_uses;
        return new Rented(this, item);
    }

    async Task<Rented> LoadAsync(ModelEntry entry, string key, CancellationToken cancel)
    {
        long bytes = FileStamp.WeightBytes(entry.Folder) + FileStamp.TokenizerBytes(entry.Folder);
        MakeRoom(entry, bytes);
        await _models.SetAsideAsync(bytes, cancel);
        try
        {
            Item item = new(key, entry.Folder, new EmbeddingQueue(Asking(entry, "model", () => EmbeddingModel.Open(entry.Folder))), bytes);
            lock (_lock)
            {
                _items.Add(key, item);
                return Rent(item);
            }
        }
        catch
        {
            _models.GiveBack(bytes);
            throw;
        }
    }

    static void RequireNoAdapter(ModelEntry entry, string param)
    {
        if (entry.IsAdapter)
            throw ApiError.Invalid($"The model {entry.Id} is an adapter of a model that writes text; it makes no embeddings.", param);
    }

    static T Asking<T>(ModelEntry entry, string param, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Engine.HoneException error)
        {
            throw ApiError.Invalid($"The model {entry.Id} cannot make embeddings: {error.Message}", param);
        }
    }

    /// <summary>Lets models leave that nobody uses, the longest unused first, until there is room in the part for embeddings.</summary>
    void MakeRoom(ModelEntry entry, long bytes)
    {
        long room = _limits.MemoryBytes / ShareOfMemory;
        if (bytes > room)
            throw ApiError.Invalid(FormattableString.Invariant($"The model {entry.Id} needs {bytes} bytes of memory; the room for embedding models is {room}, a quarter of inference.memory_bytes in the settings. Raise it."), "model");
        while (Total() + bytes > room)
            Leave(TakeOldest() ?? throw ApiError.Overloaded("All embedding models in memory are in use, and there is no room for another one. Please try again later.", RetryAfter, code: "engine_overloaded"));
    }

    long Total()
    {
        lock (_lock)
            return _items.Values.Sum(item => item.Bytes);
    }

    /// <summary>Takes out the model that was unused for longest; null when all are in use.</summary>
    Item? TakeOldest()
    {
        lock (_lock)
        {
            Item? oldest = _items.Values.Where(item => item.Users == 0).MinBy(item => item.LastUse);
            if (oldest is not null)
                _items.Remove(oldest.Key);
            return oldest;
        }
    }

    (long Bytes, IDisposable Model)? TakeIdle() => TakeOldest() is { } oldest ? (oldest.Bytes, oldest.Queue) : null;

    void Leave(Item item)
    {
        item.Queue.Dispose();
        _models.GiveBack(item.Bytes);
    }

    void Return(Item item)
    {
        lock (_lock)
            item.Users--;
    }

    /// <summary>A model for the time of a request.</summary>
    public sealed class Rented : IDisposable
    {
        readonly LoadedEmbedders _owner;
        readonly Item _item;

        internal Rented(LoadedEmbedders owner, Item item) => (_owner, _item) = (owner, item);

        public EmbeddingModel Model => _item.Queue.Model;

        /// <exception cref="ApiError">429: too many texts wait.</exception>
        public Task<float[][]> EmbedAsync(IReadOnlyList<int[]> texts, TooLong tooLong, CancellationToken cancel) =>
            _item.Queue.TryEmbed(texts, tooLong, cancel)
            ?? throw ApiError.Overloaded("Too many texts wait for this model. Please try again later.", RetryAfter, code: "engine_overloaded");

        public void Dispose() => _owner.Return(_item);
    }

    internal sealed class Item(string key, string folder, EmbeddingQueue queue, long bytes)
    {
        public string Key => key;

        public string Folder => folder;

        public EmbeddingQueue Queue => queue;

        public long Bytes => bytes;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }
}
