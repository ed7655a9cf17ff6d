using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Server.Inference;

/// <summary>The models in memory: each base once, its adapters beside it, within a budget. Those that were not used for longest leave when others need their place.</summary>
sealed class LoadedModels : IDisposable
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly ModelRegistry _registry;
    readonly InferenceLimits _limits;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _loading = new(1);
    readonly Dictionary<string, Base> _bases = new(StringComparer.Ordinal);
    long _uses;
    long _setAside;
    bool _isDisposed;

    /// <summary>Lets the longest unused model of another kind leave, and says what it took; null when none is idle.</summary>
    public Func<(long Bytes, IDisposable Model)?> TakeIdleElsewhere { get; set; } = static () => null;

    public LoadedModels(ModelRegistry registry, InferenceLimits limits) => (_registry, _limits) = (registry, limits);

    /// <summary>The bases in memory, for metrics.</summary>
    public IReadOnlyList<(string Model, int Adapters, long Bytes, int Running, int Waiting)> Loaded
    {
        get
        {
            lock (_lock)
                return [.. _bases.Values.Select(item => (item.Id, item.Adapters.Count, item.TotalBytes, item.Loaded.Loop.Load.Running, item.Loaded.Loop.Load.Waiting))];
        }
    }

    /// <summary>A model that stays in memory until the returned object is disposed. It is loaded if need be.</summary>
    /// <exception cref="ApiError">429: all models in memory are in use, and there is no room for another. 400: the model is too large for all of it.</exception>
    /// <exception cref="HoneException">The model cannot be loaded.</exception>
    public async Task<ServedModel> RentAsync(ModelEntry entry, CancellationToken cancel)
    {
        ModelEntry whole = _registry.BaseOf(entry);
        string baseKey = FileStamp.Of(whole.Folder);
        string? adapterKey = entry.IsAdapter ? FileStamp.Of(entry.Folder) : null;
        if (TryRent(entry, baseKey, adapterKey) is { } ready)
            return ready;

        await _loading.WaitAsync(cancel);
        try
        {
            if (TryRent(entry, baseKey, adapterKey) is { } loadedMeanwhile)
                return loadedMeanwhile;
            Base loaded = Find(baseKey) ?? LoadBase(whole, baseKey);
            if (adapterKey is not null)
                LoadAdapter(loaded, entry, whole, adapterKey);
            return TryRent(entry, baseKey, adapterKey) ?? throw ApiError.UnknownModel(JsonFields.Shown(entry.Id)); // It was deleted while it was loaded.
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Sets memory aside for a model of another kind, such as those for embeddings: others leave for it.</summary>
    /// <exception cref="ApiError">429: all models in memory are in use, and there is no room.</exception>
    public async Task SetAsideAsync(long bytes, CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            MakeRoom(bytes, keep: null);
            GiveBack(-bytes);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Takes back what was set aside.</summary>
    public void GiveBack(long bytes)
    {
        lock (_lock)
            _setAside -= bytes;
    }

    public void Dispose()
    {
        Base[] bases;
        lock (_lock)
        {
            _isDisposed = true;
            bases = [.. _bases.Values];
            _bases.Clear();
        }

        foreach (Base item in bases)
            item.Loaded.Dispose();
    }

    /// <summary>Lets models leave whose files are gone or are others by now: at once where nobody uses them, else with their last request.</summary>
    public void DropDeleted()
    {
        Base[] leaving;
        lock (_lock)
            leaving = [.. _bases.Values.ToArray().Where(DropDeleted)];
        foreach (Base item in leaving)
            item.Loaded.Dispose();
    }

    internal void Return(Base item, Adapter? adapter)
    {
        bool leaves;
        lock (_lock)
        {
            item.Users--;
            if (adapter is not null)
                adapter.Users--;
            leaves = DropDeleted(item);
        }

        if (leaves)
            item.Loaded.Dispose();
    }

    /// <summary>Takes the deleted adapters from a base that nobody uses, and the base itself from the others; true when that has to be disposed.</summary>
    bool DropDeleted(Base item)
    {
        foreach ((string key, Adapter adapter) in item.Adapters.Where(pair => pair.Value.Users == 0 && FileStamp.Of(pair.Value.Folder) != pair.Key).ToArray())
            Drop(item, key, adapter);
        return item.Users == 0 && FileStamp.Of(item.Folder) != item.Key && _bases.Remove(item.Key);
    }

    static void Drop(Base item, string key, Adapter adapter)
    {
        item.Adapters.Remove(key);
        item.Loaded.Loop.Forget(adapter.Weights);
    }

    ServedModel? TryRent(ModelEntry entry, string baseKey, string? adapterKey)
    {
        lock (_lock)
        {
            Adapter? adapter = null;
            if (!_bases.TryGetValue(baseKey, out Base? found) || (adapterKey is not null && !found.Adapters.TryGetValue(adapterKey, out adapter)))
                return null;
            found.Users++;
            found.LastUse = ++_uses;
            if (adapter is not null)
            {
                adapter.Users++;
                adapter.LastUse = _uses;
            }

            return new ServedModel(this, entry, found, adapter);
        }
    }

    Base? Find(string key)
    {
        lock (_lock)
            return _bases.GetValueOrDefault(key);
    }

    Base LoadBase(ModelEntry whole, string key)
    {
        ModelFolder folder = ModelFolder.Open(whole.Folder);
        BaseMemory memory = new(folder, _limits);
        memory.RequireFits(whole.Id, _limits);
        MakeRoom(memory.Total, keep: null);
        var item = new Base(whole, key, new LoadedBase(folder, memory, _limits), memory);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            item.LastUse = ++_uses;
            _bases.Add(key, item);
        }

        return item;
    }

    void LoadAdapter(Base item, ModelEntry entry, ModelEntry whole, string key)
    {
        ModelRegistry.RequireSameBase(entry, whole);
        // They are kept in float32 whatever the file has.
        long bytes = 2 * FileStamp.WeightBytes(entry.Folder);
        item.Memory.RequireFits(entry.Id, _limits, bytes);
        MakeRoom(bytes, keep: item);
        LoraAdapter weights = item.Loaded.LoadAdapter(entry.Folder);
        lock (_lock)
            item.Adapters.Add(key, new Adapter(entry.Folder, weights, bytes) { LastUse = ++_uses });
    }

    /// <summary>Lets models and adapters leave that nobody uses, the longest unused first, until there is room.</summary>
    void MakeRoom(long bytes, Base? keep)
    {
        var leaving = new List<IDisposable>();
        lock (_lock)
        {
            while (_bases.Values.Sum(item => item.TotalBytes) + _setAside + bytes > _limits.MemoryBytes)
            {
                Base? oldestBase = _bases.Values.Where(item => item.Users == 0 && !ReferenceEquals(item, keep)).MinBy(item => item.LastUse);
                (Base Owner, string Key, Adapter Adapter)[] idle =
                    [.. _bases.Values.SelectMany(item => item.Adapters.Where(pair => pair.Value.Users == 0).Select(pair => (item, pair.Key, pair.Value)))];
                if (idle.Length > 0 && idle.MinBy(item => item.Adapter.LastUse) is var oldest && (oldestBase is null || oldest.Adapter.LastUse < oldestBase.LastUse))
                {
                    Drop(oldest.Owner, oldest.Key, oldest.Adapter);
                }
                else if (oldestBase is not null)
                {
                    _bases.Remove(oldestBase.Key);
                    leaving.Add(oldestBase.Loaded);
                }
                else if (TakeIdleElsewhere() is var (given, model))
                {
                    _setAside -= given;
                    leaving.Add(model);
                }
                else
                {
                    throw ApiError.Overloaded("All models in memory are in use, and there is no room for another one. Please try again later.", RetryAfter, code: "engine_overloaded");
                }
            }
        }

        foreach (IDisposable model in leaving)
            model.Dispose();
    }

    /// <summary>A base model in memory.</summary>
    internal sealed class Base(ModelEntry entry, string key, LoadedBase loaded, BaseMemory memory)
    {
        public string Id => entry.Id;

        public string Folder => entry.Folder;

        public string Key => key;

        public LoadedBase Loaded => loaded;

        public BaseMemory Memory => memory;

        public Dictionary<string, Adapter> Adapters { get; } = new(StringComparer.Ordinal);

        public int Users { get; set; }

        public long LastUse { get; set; }

        public long TotalBytes => memory.Total + Adapters.Values.Sum(adapter => adapter.Bytes);
    }

    /// <summary>An adapter in memory.</summary>
    internal sealed class Adapter(string folder, LoraAdapter weights, long bytes)
    {
        public string Folder => folder;

        public LoraAdapter Weights => weights;

        public long Bytes => bytes;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }
}
