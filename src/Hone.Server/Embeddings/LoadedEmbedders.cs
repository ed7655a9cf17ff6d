using Hone.Engine.Embedding;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Models;

namespace Hone.Server.Embeddings;

/// <summary>The embedding models in memory, within a part of the budget for models. The one that was not used for longest leaves when another needs its place.</summary>
sealed class LoadedEmbedders(InferenceLimits limits) : IDisposable
{
    /// <summary>Embedding models are small beside those that write text.</summary>
    const int ShareOfMemory = 4;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    long _uses;

    /// <summary>A model that stays in memory until the returned object is disposed. It is loaded if need be.</summary>
    /// <exception cref="ApiError">429: there is no room for another model now. 400: the model makes no embeddings, or is larger than the room for it.</exception>
    public Rented Rent(ModelEntry entry)
    {
        if (entry.IsAdapter)
            throw ApiError.Invalid($"The model {entry.Id} is an adapter of a model that writes text; it makes no embeddings.", "model");
        string key = FileStamp.Of(entry.Folder);
        lock (_lock)
        {
            if (!_items.TryGetValue(key, out Item? item))
            {
                MakeRoom(entry);
                item = new Item(key, new EmbeddingQueue(Open(entry)), FileStamp.WeightBytes(entry.Folder));
                _items.Add(key, item);
            }
            item.Users++;
            item.LastUse = ++_uses;
            return new Rented(this, item);
        }
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

    static EmbeddingModel Open(ModelEntry entry)
    {
        try
        {
            return EmbeddingModel.Open(entry.Folder);
        }
        catch (Engine.HoneException error)
        {
            throw ApiError.Invalid($"The model {entry.Id} cannot make embeddings: {error.Message}", "model");
        }
    }

    void MakeRoom(ModelEntry entry)
    {
        long room = limits.MemoryBytes / ShareOfMemory, bytes = FileStamp.WeightBytes(entry.Folder);
        if (bytes > room)
            throw ApiError.Invalid(FormattableString.Invariant($"The model {entry.Id} has {bytes} bytes of weights; the room for embedding models is {room}, a quarter of inference.memory_bytes in the settings. Raise it."), "model");
        while (_items.Values.Sum(item => item.Bytes) + bytes > room)
        {
            if (_items.Values.Where(item => item.Users == 0).MinBy(item => item.LastUse) is not { } oldest)
                throw ApiError.Overloaded("All embedding models in memory are in use, and there is no room for another one. Please try again later.", RetryAfter, code: "engine_overloaded");
            _items.Remove(oldest.Key);
            oldest.Queue.Dispose();
        }
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

    internal sealed class Item(string key, EmbeddingQueue queue, long bytes)
    {
        public string Key => key;

        public EmbeddingQueue Queue => queue;

        public long Bytes => bytes;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }
}
