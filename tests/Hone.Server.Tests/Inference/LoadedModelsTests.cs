using Hone.Engine.Generation;
using Hone.Engine.Models;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.Models;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Inference;

public sealed class LoadedModelsTests : IDisposable
{
    static readonly SamplingOptions Options = new() { Seed = 3, MaxTokens = 30, TopLogProbabilities = 1 };

    readonly string _root = Directory.CreateTempSubdirectory("hone-loaded-").FullName;
    readonly ModelRegistry _registry;

    public LoadedModelsTests() => _registry = new ModelRegistry(new DataFolder(_root), builtInFolder: StoriesServer.ModelsFolder);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Adapters_of_one_base_share_it_and_answer_as_each_does_alone()
    {
        ModelEntry[] entries = [_registry.Find("stories260k"), Adapter("one", 1), Adapter("two", 2)];
        IReadOnlyList<int>[] alone = [.. entries.Select(Alone)];
        using var models = new LoadedModels(_registry, new InferenceLimits());

        IReadOnlyList<int>[] together = await Task.WhenAll(entries.Select(entry => GenerateAsync(models, entry)));

        for (int i = 0; i < entries.Length; i++)
            together[i].ShouldBe(alone[i]);
        alone[1].ShouldNotBe(alone[0]);
        models.Loaded.ShouldHaveSingleItem().Adapters.ShouldBe(2);
    }

    [Fact]
    public async Task The_model_that_was_not_used_for_longest_leaves()
    {
        ModelEntry[] entries = [Copy("a"), Copy("b"), Copy("c")];
        long one = await SizeOfOneAsync();
        using var models = new LoadedModels(_registry, new InferenceLimits { MemoryBytes = one * 5 / 2, MaxRunning = 1 });

        await GenerateAsync(models, entries[0]);
        await GenerateAsync(models, entries[1]);
        await GenerateAsync(models, entries[0]);
        await GenerateAsync(models, entries[2]);

        models.Loaded.Select(loaded => loaded.Model).Order().ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task A_model_in_use_stays_and_others_are_turned_away()
    {
        ModelEntry[] entries = [Copy("a"), Copy("b")];
        using var models = new LoadedModels(_registry, new InferenceLimits { MemoryBytes = await SizeOfOneAsync() * 3 / 2, MaxRunning = 1 });

        using (await models.RentAsync(entries[0], default))
        {
            ApiError error = await Should.ThrowAsync<ApiError>(() => models.RentAsync(entries[1], default));
            (error.Status, error.Code).ShouldBe((429, "engine_overloaded"));
            error.RetryAfter.ShouldNotBeNull();
        }

        using ServedModel afterwards = await models.RentAsync(entries[1], default);
        models.Loaded.ShouldHaveSingleItem().Model.ShouldBe("b");
    }

    [Fact]
    public async Task A_model_larger_than_the_whole_budget_is_refused_by_name_and_number()
    {
        long least = LeastOfOne();
        using var models = new LoadedModels(_registry, new InferenceLimits { MemoryBytes = least - 1, MaxRunning = 1 });

        ApiError error = await Should.ThrowAsync<ApiError>(() => models.RentAsync(_registry.Find("stories260k"), default));

        (error.Status, error.Code, error.Param).ShouldBe((400, "model_too_large", "model"));
        error.Message.ShouldContain($"The model stories260k needs {Megabytes(least)} of memory: ");
        error.Message.ShouldContain($"All models together may take {Megabytes(least - 1)}.");
        error.Message.ShouldContain("\"memory_bytes\" of \"inference\"");
        models.Loaded.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_adapter_that_does_not_fit_beside_its_base_is_refused_and_the_base_serves_on()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits { MemoryBytes = LeastOfOne(), MaxRunning = 1 });
        ModelEntry adapter = Adapter("one", 1);

        ApiError error = await Should.ThrowAsync<ApiError>(() => models.RentAsync(adapter, default));

        (error.Status, error.Code).ShouldBe((400, "model_too_large"));
        error.Message.ShouldContain("for its adapter");
        (await GenerateAsync(models, _registry.Find("stories260k"))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_text_as_long_as_the_context_is_possible_in_the_least_memory()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits { MemoryBytes = LeastOfOne(), MaxRunning = 1 });
        using ServedModel model = await models.RentAsync(_registry.Find("stories260k"), default);
        int[] prompt = [1, .. Enumerable.Range(0, model.Base.Context / 2).Select(i => 300 + i % 100)];

        for (int i = 0; i < 2; i++)
        {
            using GenerationTicket ticket = model.Start([prompt], Options with { MaxTokens = null, LogitBias = new Dictionary<int, float> { [2] = -100 } }, wantsPieces: false);
            (await ticket.Outcomes)[0].GeneratedTokens.ShouldBe(model.Base.Context - prompt.Length);
        }
    }

    [Fact]
    public async Task A_deleted_model_leaves_with_its_last_request()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits());
        ModelEntry whole = Copy("a"), adapter = Adapter("one", 1);
        ServedModel first = await models.RentAsync(whole, default), second = await models.RentAsync(whole, default), tuned = await models.RentAsync(adapter, default);

        _registry.Remove(whole.Id);
        _registry.Remove(adapter.Id);
        models.DropDeleted();
        first.Dispose();
        (string Model, int Adapters)[] inUse = [.. models.Loaded.Select(loaded => (loaded.Model, loaded.Adapters))];
        IReadOnlyList<int> answer = await ContinueAsync(second);
        second.Dispose();
        tuned.Dispose();

        inUse.ShouldBe([("a", 0), ("stories260k", 1)], ignoreOrder: true);
        answer.ShouldBe(Alone(_registry.Find("stories260k")));
        models.Loaded.Select(loaded => (loaded.Model, loaded.Adapters)).ShouldBe([("stories260k", 0)]);
    }

    [Fact]
    public async Task A_model_that_was_deleted_while_nobody_used_it_leaves_when_that_is_seen()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits());
        ModelEntry whole = Copy("a"), adapter = Adapter("one", 1);
        await GenerateAsync(models, whole);
        await GenerateAsync(models, adapter);

        _registry.Remove(whole.Id);
        _registry.Remove(adapter.Id);
        models.DropDeleted();

        models.Loaded.Select(loaded => (loaded.Model, loaded.Adapters)).ShouldBe([("stories260k", 0)]);
    }

    [Fact]
    public async Task A_name_that_is_used_again_serves_the_new_model()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits());
        ModelEntry first = Adapter("same", 1);
        IReadOnlyList<int> before = await GenerateAsync(models, first);
        _registry.Remove(first.Id);
        ModelEntry second = Adapter("same", 2);

        IReadOnlyList<int> after = await GenerateAsync(models, second);

        second.Id.ShouldBe(first.Id);
        after.ShouldNotBe(before);
        after.ShouldBe(Alone(second));
    }

    [Fact]
    public async Task More_texts_than_may_run_wait_and_more_than_may_wait_are_turned_away()
    {
        ModelEntry entry = _registry.Find("stories260k");
        using var models = new LoadedModels(_registry, new InferenceLimits { MaxRunning = 2, MaxWaiting = 6 });
        using ServedModel model = await models.RentAsync(entry, default);

        IReadOnlyList<GenerationOutcome>[] outcomes = [];
        ApiError? error = null;
        // Where the first have ended before the next comes, nobody waits.
        await Patience.UntilAsync(async () =>
        {
            GenerationTicket[] tickets = [.. Enumerable.Range(0, 3).Select(i => model.Start([[1, 300 + i]], Options with { Choices = 2, MaxTokens = 400 }, wantsPieces: false))];
            try
            {
                model.Start([[1, 2, 3]], Options with { Choices = 6 }, wantsPieces: false).Dispose();
            }
            catch (ApiError refused)
            {
                error = refused;
            }

            outcomes = await Task.WhenAll(tickets.Select(ticket => ticket.Outcomes));
            return error is not null;
        }, "One is turned away.");

        (error!.Status, error.Code).ShouldBe((429, "engine_overloaded"));
        outcomes.ShouldAllBe(texts => texts.Count == 2);
    }

    [Fact]
    public async Task Whoever_goes_away_frees_the_place_at_once()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits { MaxRunning = 1 });
        using ServedModel model = await models.RentAsync(_registry.Find("stories260k"), default);

        for (int i = 0; i < 20; i++)
        {
            GenerationTicket leaves = model.Start([[1, 300]], Options with { MaxTokens = 500 }, wantsPieces: true);
            await foreach (GenerationPiece _ in leaves.ReadPiecesAsync(default))
                break;
            leaves.Dispose();
        }

        using GenerationTicket stays = model.Start([[1, 300]], Options with { MaxTokens = 2 }, wantsPieces: false);
        (await stays.Outcomes).ShouldHaveSingleItem().GeneratedTokens.ShouldBe(2);
        models.Loaded[0].Waiting.ShouldBe(0);
    }

    /// <summary>The smallest budget in which stories260k is served.</summary>
    long LeastOfOne()
    {
        using ModelFolder folder = _registry.OpenFolder(_registry.Find("stories260k"));
        return new BaseMemory(folder, new InferenceLimits { MemoryBytes = 1, MaxRunning = 1 }).Total;
    }

    async Task<long> SizeOfOneAsync()
    {
        using var models = new LoadedModels(_registry, new InferenceLimits { MaxRunning = 1 });
        (await models.RentAsync(_registry.Find("stories260k"), default)).Dispose();
        return models.Loaded[0].Bytes;
    }

    static string Megabytes(long bytes) => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e6):N0} MB");

    static async Task<IReadOnlyList<int>> GenerateAsync(LoadedModels models, ModelEntry entry)
    {
        using ServedModel model = await models.RentAsync(entry, default);
        return await ContinueAsync(model);
    }

    static async Task<IReadOnlyList<int>> ContinueAsync(ServedModel model)
    {
        using GenerationTicket ticket = model.Start([[1, 403, 407]], Options, wantsPieces: false);
        return (await ticket.Outcomes)[0].Text.Tokens;
    }

    /// <summary>The reference: the model by itself, its adapter attached.</summary>
    IReadOnlyList<int> Alone(ModelEntry entry)
    {
        using LoadedModel model = _registry.Load(entry);
        var session = new GenerationSession(model.Model, [2]);
        TokenSequence sequence = session.Add([1, 403, 407], Options);
        while (session.HasWork)
            session.Step();
        return sequence.Tokens;
    }

    ModelEntry Copy(string name) => _registry.Add(Path.Combine(StoriesServer.ModelsFolder, "stories260k"), name);

    ModelEntry Adapter(string name, ulong seed) => TestAdapter.Write(_registry, $"ft:stories260k:local:{name}:00000000", seed);
}
