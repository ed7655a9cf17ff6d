using System.Text.Json.Nodes;
using Hone.Engine.Checkpoints;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    const string Config = """
        "model_type": "llama", "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 12, "vocab_size": 20, "unknown": [1]
        """;

    readonly string _root = Directory.CreateTempSubdirectory("hone-model-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_written_model_is_read_back_with_its_companions()
    {
        CausalModel model = Fresh(tied: false);
        string source = Folder("source");
        File.WriteAllText(Path.Combine(source, "tokenizer.json"), "{}");
        File.WriteAllText(Path.Combine(source, "generation_config.json"), """{"eos_token_id": [3, 4]}""");
        File.WriteAllText(Path.Combine(source, "notes.txt"), "");

        ModelFolder.Write(At("written"), At("config.json"), source, model.Parameters, ElementType.BF16);

        using var folder = ModelFolder.Open(At("written"));
        folder.HasTokenizer.ShouldBeTrue();
        folder.EosTokenIds.ShouldBe([3, 4]);
        folder.Config.StoredType.ShouldBe(ElementType.BF16);
        folder.Load().Parameters.Select(parameter => parameter.Name).ShouldBe(model.Parameters.Select(parameter => parameter.Name));
        File.Exists(Path.Combine(folder.Path, "notes.txt")).ShouldBeFalse();
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "config.json")))!["unknown"]![0]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void A_tied_head_is_not_stored_twice()
    {
        ModelFolder.Write(At("written"), At("config.json"), null, Fresh(tied: true).Parameters, ElementType.F32);

        using var weights = CheckpointFolder.Open(At("written"));
        weights.Names.ShouldNotContain("lm_head.weight");
    }

    [Fact]
    public void A_model_that_cannot_be_written_whole_leaves_nothing()
    {
        CausalModel model = Fresh(tied: false);
        IEnumerable<PendingTensor> broken = model.Parameters.Select(parameter => new PendingTensor(parameter.Name, parameter.Shape, parameter.Type, () => throw new HoneException("no")));

        Should.Throw<HoneException>(() => ModelFolder.Write(At("written"), At("config.json"), null, broken));

        Directory.GetFileSystemEntries(_root).ShouldBe([At("config.json")]);
    }

    [Fact]
    public void Chat_templates_come_from_their_file_or_the_tokenizer_settings()
    {
        ModelFolder.Write(At("model"), WriteConfig(tied: true), null, Fresh(tied: true).Parameters, ElementType.F32);
        using var folder = ModelFolder.Open(At("model"));

        folder.ReadChatTemplate().ShouldBeNull();
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer_config.json"), """{"chat_template": "one"}""");
        folder.ReadChatTemplate().ShouldBe("one");
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer_config.json"), """{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "two"}]}""");
        folder.ReadChatTemplate().ShouldBe("two");
        File.WriteAllText(Path.Combine(folder.Path, "chat_template.jinja"), "three");
        folder.ReadChatTemplate().ShouldBe("three");
    }

    [Fact]
    public void A_folder_that_is_no_model_says_what_is_missing()
    {
        Should.Throw<HoneException>(() => ModelFolder.Open(At("none"))).Message.ShouldContain("does not exist");
        Should.Throw<HoneException>(() => ModelFolder.Open(_root)).Message.ShouldContain("config.json is missing");
    }

    string At(string name) => Path.Combine(_root, name);

    string Folder(string name) => Directory.CreateDirectory(At(name)).FullName;

    string WriteConfig(bool tied)
    {
        File.WriteAllText(At("config.json"), $"{{{Config}, \"tie_word_embeddings\": {(tied ? "true" : "false")}}}");
        return At("config.json");
    }

    CausalModel Fresh(bool tied)
    {
        var config = ModelConfig.Read(WriteConfig(tied), Architectures.Names);
        return Architectures.Create(config, new RandomWeights(config, seed: 1, ElementType.F32));
    }
}
