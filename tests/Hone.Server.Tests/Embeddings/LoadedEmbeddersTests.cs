using Hone.Engine.Embedding;
using Hone.Engine.Models;
using Hone.Server.Embeddings;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Models;
using Hone.Server.Storage;
using Hone.Server.Tests.Inference;
using Hone.Server.Tests.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Embeddings;

public sealed class LoadedEmbeddersTests : IDisposable
{
    const string Writer = "stories260k";

    readonly string _root = Directory.CreateTempSubdirectory("hone-embedders-").FullName;
    readonly ModelRegistry _registry;

    public LoadedEmbeddersTests() => _registry = new ModelRegistry(new DataFolder(_root), builtInFolder: StoriesServer.ModelsFolder);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Models_for_embeddings_and_those_that_write_share_one_budget()
    {
        InferenceLimits limits = new() { MaxRunning = 1, ConstraintBytes = 16 << 20, MemoryBytes = 1 };
        using (ModelFolder folder = _registry.OpenFolder(_registry.Find(Writer)))
            limits = limits with { MemoryBytes = new BaseMemory(folder, limits).Total + (1 << 20) }; // Less than the other model takes.
        using LoadedModels models = new(_registry, limits);
        using LoadedEmbedders embedders = new(limits, models);
        ModelEntry embedder = Encoder("one");

        (await models.RentAsync(_registry.Find(Writer), default)).Dispose();
        LoadedEmbedders.Rented rented = await embedders.RentAsync(embedder, default);
        int writersBeside = models.Loaded.Count;
        ApiError refused = await Should.ThrowAsync<ApiError>(() => models.RentAsync(_registry.Find(Writer), default));
        rented.Dispose();
        using ServedModel writer = await models.RentAsync(_registry.Find(Writer), default);
        ApiError other = await Should.ThrowAsync<ApiError>(() => embedders.RentAsync(embedder, default));

        writersBeside.ShouldBe(0);
        new[] { refused, other }.ShouldAllBe(error => error.Status == 429 && error.Code == "engine_overloaded" && error.RetryAfter != null);
    }

    [Fact]
    public async Task A_deleted_model_for_embeddings_leaves_when_that_is_seen()
    {
        InferenceLimits limits = new();
        using LoadedModels models = new(_registry, limits);
        using LoadedEmbedders embedders = new(limits, models);
        ModelEntry one = Encoder("one");
        EmbeddingModel first, again;
        using (LoadedEmbedders.Rented rented = await embedders.RentAsync(one, default))
            first = rented.Model;

        embedders.DropDeleted();
        using (LoadedEmbedders.Rented rented = await embedders.RentAsync(one, default))
            again = rented.Model;
        _registry.Remove(one.Id);
        embedders.DropDeleted();

        again.ShouldBeSameAs(first);
        models.TakeIdleElsewhere().ShouldBeNull();
    }

    [Fact]
    public void The_tokenizer_of_a_model_is_counted()
    {
        string folder = _registry.Add(Path.Combine(StoriesServer.ModelsFolder, Writer), "large").Folder;
        long before = Total(folder);

        File.AppendAllText(Path.Combine(folder, ModelFolder.TokenizerFile), new string(' ', 1_000_000));

        (Total(folder) - before).ShouldBe(6_000_000);
    }

    static long Total(string path)
    {
        using var folder = ModelFolder.Open(path);
        return new BaseMemory(folder, new InferenceLimits { MemoryBytes = 1, MaxRunning = 1 }).Total;
    }

    ModelEntry Encoder(string name)
    {
        string folder = Path.Combine(_root, "source", name);
        TinyEncoder.Write(folder, seed: 3);
        return _registry.Add(folder, name);
    }
}
