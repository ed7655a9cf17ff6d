using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Server.Models;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Models;

public sealed class ModelRegistryTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("hone-models-").FullName;
    readonly DataFolder _data;
    readonly ModelRegistry _models;

    public ModelRegistryTests()
    {
        _data = new DataFolder(Path.Combine(_root, "data"));
        TinyModel.Write(Path.Combine(_root, "built-in", "hone-nano"), seed: 5);
        File.Delete(Path.Combine(_root, "built-in", "hone-nano.config"));
        _models = new ModelRegistry(_data, builtInFolder: Path.Combine(_root, "built-in"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Built_in_models_are_there_from_the_start()
    {
        _models.List().Select(entry => (entry.Id, entry.Origin)).ShouldBe([("hone-nano", ModelOrigin.BuiltIn)]);

        using LoadedModel loaded = _models.Load("hone-nano");

        loaded.Adapter.ShouldBeNull();
        loaded.Folder.HasTokenizer.ShouldBeTrue();
    }

    [Fact]
    public void An_added_model_is_a_copy()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));

        ModelEntry added = _models.Add(source);
        Directory.Delete(source, recursive: true);

        added.Id.ShouldBe("tiny");
        added.Origin.ShouldBe(ModelOrigin.Added);
        using LoadedModel loaded = _models.Load("tiny");
        loaded.Folder.HasTokenizer.ShouldBeTrue();
        _models.List().Select(entry => entry.Id).ShouldBe(["hone-nano", "tiny"]);
    }

    [Fact]
    public void A_linked_model_stays_where_it_is()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));

        ModelEntry added = _models.Add(source, "other", isLink: true);

        added.Folder.ShouldBe(source);
        Directory.GetFiles(Path.Combine(_data.Models, "other")).Length.ShouldBe(1);
        _models.Load("other").Dispose();
        _models.Remove("other");
        Directory.Exists(source).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_is_a_model_too()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));

        ModelEntry entry = _models.Find(source);

        entry.Origin.ShouldBe(ModelOrigin.Folder);
        _models.Load(entry).Dispose();
    }

    [Fact]
    public void A_model_of_another_data_folder_keeps_its_path_as_its_name()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "tiny")));
        string folder = Path.Combine(_data.Models, "tiny");
        var others = new ModelRegistry(new DataFolder(Path.Combine(_root, "other")), builtInFolder: Path.Combine(_root, "built-in"));

        _models.Find(folder + Path.DirectorySeparatorChar).Id.ShouldBe("tiny");
        string name = others.Find(folder).Id;

        name.ShouldBe(folder);
        others.Find(name).Folder.ShouldBe(folder);
    }

    [Fact]
    public void The_files_of_a_model_can_be_links()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));
        string links = Directory.CreateDirectory(Path.Combine(_root, "links")).FullName;
        foreach (string file in Directory.GetFiles(source))
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(file)), file);
        File.CreateSymbolicLink(Path.Combine(links, "gone"), Path.Combine(_root, "nowhere"));

        _models.Find(links).Size.ShouldBe(_models.Find(source).Size);
    }

    [Fact]
    public void An_adapter_whose_linked_base_is_gone_says_which_folder_is_missing()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));
        _models.Add(source, isLink: true);
        ModelEntry tuned = FineTune("tiny");
        Directory.Delete(source, recursive: true);

        Should.Throw<HoneException>(() => _models.Load(tuned)).Message.ShouldStartWith($"The folder {source} does not exist.");
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("""{"id": null, "content": "weights", "created_at": "2026-01-01T00:00:00Z"}""", "$.id")]
    [InlineData("""{"id": "bad", "content": "weights", "created_at": "2026-01-01T00:00:00Z", "lineage": null}""", "$.lineage")]
    public void A_damaged_record_is_named_with_the_place_and_the_way_out(string record, string place)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_data.Models, "bad")).FullName, "hone.json");
        File.WriteAllText(path, record);

        Should.Throw<HoneException>(() => _models.List()).Message.ShouldBe($"{path} cannot be read: it is damaged at {place}. Restore it, or delete its folder.");
    }

    [Fact]
    public void A_name_that_is_taken_or_unsafe_is_refused()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));
        _models.Add(source);

        Should.Throw<HoneException>(() => _models.Add(source)).Message.ShouldBe("There is a model \"tiny\" already. Choose another name, or remove it first.");
        Should.Throw<HoneException>(() => _models.Add(source, "hone-nano")).Message.ShouldContain("already");
        foreach (string name in (string[])["../x", "a/b", "", ".hidden", "ft:x", "a b", "a\\b", "-x", "a+b", "x."])
            Should.Throw<HoneException>(() => _models.Add(source, name)).Message.ShouldContain("cannot be the name");
    }

    [Fact]
    public void A_damaged_folder_is_not_added()
    {
        string source = TinyModel.Write(Path.Combine(_root, "tiny"));
        File.WriteAllBytes(Path.Combine(source, "model.safetensors"), new byte[100]);

        Should.Throw<HoneException>(() => _models.Add(source)).Message.ShouldContain("model.safetensors");

        _models.List().Count.ShouldBe(1);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        Should.Throw<HoneException>(() => _models.Find("gpt-99")).Message.ShouldBe("There is no model \"gpt-99\", and no folder of that name. Known are: hone-nano.");
        Should.Throw<HoneException>(() => _models.Find("ft:x:local::12345678"));
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("gpt-4o-mini-2024-07-18")]
    [InlineData("gpt-3.5-turbo-0125")]
    public void Names_of_OpenAI_stand_for_the_built_in_model(string name)
    {
        _models.Find(name).Id.ShouldBe("hone-nano");
    }

    [Fact]
    public void Aliases_can_be_set()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "tiny")));
        File.WriteAllText(_data.Settings, """{"aliases": {"gpt-4o-mini": "tiny", "my-model": "none"}}""");
        var models = new ModelRegistry(_data, builtInFolder: Path.Combine(_root, "built-in"));

        models.Find("gpt-4o-mini").Id.ShouldBe("tiny");
        models.Find("gpt-4o").Id.ShouldBe("hone-nano");
        Should.Throw<HoneException>(() => models.Find("my-model")).Message.ShouldContain("\"my-model\" stands for the model \"none\", which does not exist");
    }

    [Fact]
    public void A_fine_tuned_adapter_is_used_on_its_base()
    {
        ModelEntry tuned = FineTune("hone-nano");

        tuned.Id.ShouldStartWith("ft:hone-nano:local:demo:");
        tuned.Origin.ShouldBe(ModelOrigin.FineTuned);
        using LoadedModel loaded = _models.Load(tuned.Id);
        loaded.Adapter.ShouldNotBeNull();
        loaded.Model.Linears.ShouldAllBe(linear => linear.Adapter != null);
        loaded.Folder.Path.ShouldEndWith("hone-nano");
        _models.List()[^1].Record!.Lineage.ShouldBe(["hone-nano", "hone-nano (lora)"]);
    }

    [Fact]
    public void An_adapter_is_not_used_on_other_weights_of_the_same_name()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "one", "tiny"), seed: 1));
        ModelEntry tuned = FineTune("tiny");
        File.Copy(Path.Combine(TinyModel.Write(Path.Combine(_root, "two", "tiny"), seed: 2), "model.safetensors"), Path.Combine(_data.Models, "tiny", "model.safetensors"), overwrite: true);

        Should.Throw<HoneException>(() => _models.Load(tuned)).Message.ShouldContain("was trained on other weights than tiny has now");
    }

    [Fact]
    public void A_base_in_use_is_not_removed()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "tiny")));
        ModelEntry tuned = FineTune("tiny");

        Should.Throw<HoneException>(() => _models.Remove("tiny")).Message.ShouldBe($"tiny cannot be removed: it is the base of {tuned.Id}. Remove that first.");
        Should.Throw<HoneException>(() => _models.Remove("hone-nano")).Message.ShouldContain("comes with Hone");
        Should.Throw<HoneException>(() => _models.Remove("nothing")).Message.ShouldContain("no model \"nothing\"");

        _models.Remove(tuned.Id);
        _models.Remove("tiny");
        _models.List().Select(entry => entry.Id).ShouldBe(["hone-nano"]);
        Directory.GetFileSystemEntries(_data.Models).ShouldBeEmpty();
    }

    [Fact]
    public void Merging_makes_a_whole_model_of_its_own()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "tiny"), type: ElementType.BF16));
        ModelEntry tuned = FineTune("tiny");

        ModelEntry merged = _models.Merge(tuned.Id, "tiny-merged");
        _models.Remove(tuned.Id);
        _models.Remove("tiny");

        merged.IsAdapter.ShouldBeFalse();
        using LoadedModel loaded = _models.Load("tiny-merged");
        loaded.Model.Linears[0].Weight.Type.ShouldBe(ElementType.BF16);
        loaded.Folder.HasTokenizer.ShouldBeTrue();
        Should.Throw<HoneException>(() => _models.Merge("tiny-merged", "again")).Message.ShouldContain("no adapter to merge");
    }

    [Fact]
    public void Merging_into_a_folder_can_widen_the_weights()
    {
        _models.Add(TinyModel.Write(Path.Combine(_root, "tiny"), type: ElementType.BF16));
        string target = Path.Combine(_root, "merged");

        string tuned = FineTune("tiny").Id;
        _models.MergeTo(target, tuned, ElementType.F32);

        using var folder = ModelFolder.Open(target);
        folder.Config.StoredType.ShouldBe(ElementType.F32);
        folder.Load().Linears[0].Weight.Type.ShouldBe(ElementType.F32);
        Should.Throw<HoneException>(() => _models.MergeTo(target, tuned)).Message.ShouldContain("exists already");
        Should.Throw<HoneException>(() => _models.Merge(target)).Message.ShouldContain("no adapter to merge");
    }

    [Fact]
    public void A_record_keeps_what_was_written()
    {
        ModelEntry tuned = FineTune("hone-nano");

        ModelRecord record = ModelRecord.Read(tuned.Folder);

        (record.Id, record.Base, record.Method, record.Seed, record.Job).ShouldBe((tuned.Id, "hone-nano", "lora", 42UL, "ftjob-1"));
        record.Hyperparameters!["learning_rate"]!.GetValue<double>().ShouldBe(2e-4);
        record.Data.ShouldBe([new TrainingData("train.jsonl", "00ff", "train", 10)]);
    }

    ModelEntry FineTune(string baseId)
    {
        ModelEntry whole = _models.Find(baseId);
        using LoadedModel loaded = _models.Load(whole);
        var adapter = LoraAdapter.Create(new LoraConfig { Rank = 2 }, loaded.Model.Linears, seed: 3);
        foreach (LoraWeights layer in adapter.Layers.Values)
            layer.B.Data.Fill(0.5f);
        var record = new ModelRecord
        {
            Id = ModelIds.NewFineTuned(whole.Id, "demo"),
            Content = ModelContent.Adapter,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Base = whole.Id,
            BaseFingerprint = _models.Fingerprint(whole),
            Lineage = [whole.Id, $"{whole.Id} (lora)"],
            Method = "lora",
            Job = "ftjob-1",
            Seed = 42,
            Hyperparameters = new() { ["learning_rate"] = 2e-4 },
            Data = [new TrainingData("train.jsonl", "00ff", "train", 10)],
        };
        return _models.Write(record, adapter.Save);
    }
}
