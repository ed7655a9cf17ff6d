using System.Text.Json.Nodes;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Adapters;

public sealed class LoraAdapterTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-adapter-").FullName;

    readonly Linear[] _linears =
    [
        Layer("model.layers.0.self_attn.q_proj", 6, 4),
        Layer("model.layers.0.mlp.up_proj", 8, 4),
        Layer("model.layers.1.self_attn.q_proj", 6, 4),
        Layer("model.layers.1.mlp.up_proj", 8, 4),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_fresh_adapter_changes_nothing_and_depends_on_its_seed_alone()
    {
        var config = new LoraConfig { Rank = 3 };

        var one = LoraAdapter.Create(config, _linears, seed: 7);
        var same = LoraAdapter.Create(config, _linears, seed: 7);
        var other = LoraAdapter.Create(config, _linears, seed: 8);

        one.Layers.Keys.ShouldBe(_linears.Select(linear => linear.Name));
        LoraWeights layer = one.Layers["model.layers.1.mlp.up_proj"];
        layer.A.Shape.ShouldBe([3, 4]);
        layer.B.Shape.ShouldBe([8, 3]);
        layer.B.Data.ToArray().ShouldAllBe(value => value == 0);
        layer.A.Data.ToArray().ShouldAllBe(value => Math.Abs(value) <= 0.5f);
        layer.A.Data.ToArray().Max(Math.Abs).ShouldBeGreaterThan(0.3f);
        layer.A.Data.ToArray().ShouldBe(same.Layers["model.layers.1.mlp.up_proj"].A.Data.ToArray());
        layer.A.Data.ToArray().ShouldNotBe(other.Layers["model.layers.1.mlp.up_proj"].A.Data.ToArray());
        layer.Index.ShouldBe(3);
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var config = new LoraConfig { Rank = 2, Alpha = 5, Dropout = 0.1, IsRankStabilised = true, Targets = LoraTargets.Of(["q_proj"]), BaseModel = "tiny" };
        var saved = LoraAdapter.Create(config, _linears, seed: 1);
        saved.Layers["model.layers.0.self_attn.q_proj"].B.Data.Fill(0.25f);
        saved.Save(_folder);

        var loaded = LoraAdapter.Load(_folder, _linears);

        loaded.Config.Targets.Names.ShouldBe(["q_proj"]);
        (loaded.Config with { Targets = config.Targets, RankPatterns = [], AlphaPatterns = [] }).ShouldBe(config with { RankPatterns = [], AlphaPatterns = [] });
        loaded.Parameters.Select(parameter => parameter.Name).ShouldBe(saved.Parameters.Select(parameter => parameter.Name));
        foreach ((Parameter was, Parameter now) in saved.Parameters.Zip(loaded.Parameters))
            now.Data.ToArray().ShouldBe(was.Data.ToArray());
    }

    [Theory]
    [InlineData("q_proj", "q_proj")]
    [InlineData("layers.0.mlp.up_proj", "model.layers.0.mlp.up_proj")]
    public void The_written_targets_select_exactly_the_adapted_layers(string target, string written)
    {
        var adapter = LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Of([target]) }, _linears, seed: 1);

        adapter.Save(_folder);

        Config()["target_modules"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe([written]);
    }

    [Fact]
    public void A_pattern_selects_whole_names()
    {
        var adapter = LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Matching(@".*\.0\..*proj") }, _linears, seed: 1);

        adapter.Layers.Keys.ShouldBe(["model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"]);
    }

    [Fact]
    public void Ranks_and_alphas_may_differ_by_pattern()
    {
        var config = new LoraConfig { Rank = 4, Alpha = 8, RankPatterns = [new("up_proj", 2)], AlphaPatterns = [new(@"layers\.1\.mlp\.up_proj", 6)] };

        var adapter = LoraAdapter.Create(config, _linears, seed: 1);

        adapter.Layers["model.layers.0.self_attn.q_proj"].Scale.ShouldBe(2);
        adapter.Layers["model.layers.0.mlp.up_proj"].Scale.ShouldBe(4);
        adapter.Layers["model.layers.1.mlp.up_proj"].Scale.ShouldBe(3);
        adapter.Layers["model.layers.1.mlp.up_proj"].Rank.ShouldBe(2);
    }

    [Fact]
    public void A_rank_stabilised_scale_divides_by_the_root_of_the_rank()
    {
        new LoraConfig { Rank = 16, Alpha = 8, IsRankStabilised = true }.ScaleOf("any").ShouldBe(2);
    }

    [Fact]
    public void A_target_without_a_layer_is_an_error()
    {
        Should.Throw<HoneException>(() => LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Of(["q_proj", "c_attn"]) }, _linears, seed: 1))
            .Message.ShouldBe("The target module 'c_attn' matches no layer. The model's layers are: q_proj, up_proj.");
        Should.Throw<HoneException>(() => LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Matching("(") }, _linears, seed: 1))
            .Message.ShouldContain("cannot be used");
    }

    [Fact]
    public void A_key_without_a_layer_is_an_error()
    {
        LoraAdapter.Create(new LoraConfig(), _linears, seed: 1).Save(_folder);

        Should.Throw<HoneException>(() => LoraAdapter.Load(_folder, _linears[..3])).Message.ShouldContain("'base_model.model.model.layers.1.mlp.up_proj.lora_A.weight' belongs to no layer");
    }

    [Fact]
    public void A_layer_without_its_key_is_an_error()
    {
        LoraAdapter.Create(new LoraConfig(), _linears[..3], seed: 1).Save(_folder);

        Should.Throw<HoneException>(() => LoraAdapter.Load(_folder, _linears)).Message.ShouldContain("'base_model.model.model.layers.1.mlp.up_proj.lora_A.weight' is missing");
    }

    [Fact]
    public void Shapes_of_another_model_are_an_error()
    {
        LoraAdapter.Create(new LoraConfig(), _linears, seed: 1).Save(_folder);
        Linear[] wider = [.. _linears.Select(linear => Layer(linear.Name, linear.Outputs, 5))];

        Should.Throw<HoneException>(() => LoraAdapter.Load(_folder, wider)).Message.ShouldContain("has the shape [16, 4]; expected [16, 5]");
    }

    [Theory]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("modules_to_save", "[\"lm_head\"]")]
    [InlineData("layers_to_transform", "[0]")]
    [InlineData("exclude_modules", "[\"q_proj\"]")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("lora_bias", "true")]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("something_of_tomorrow", "1")]
    public void What_plain_lora_does_not_have_is_refused_by_name(string field, string value)
    {
        LoraAdapter.Create(new LoraConfig(), _linears, seed: 1).Save(_folder);
        JsonObject config = Config();
        config[field] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), config.ToJsonString());

        Should.Throw<HoneException>(() => LoraAdapter.Load(_folder, _linears)).Message.ShouldContain($"{field} {value} is not supported");
    }

    [Fact]
    public void Only_one_adapter_is_attached()
    {
        LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Of(["q_proj"]) }, _linears, seed: 1).Attach();
        LoraAdapter.Create(new LoraConfig { Targets = LoraTargets.Of(["up_proj"]) }, _linears, seed: 1).Attach();

        _linears.Select(linear => linear.Adapter is not null).ShouldBe([false, true, false, true]);

        LoraAdapter.Detach(_linears);
        _linears.ShouldAllBe(linear => linear.Adapter == null);
    }

    static Linear Layer(string name, int outputs, int inputs) => new(name, new Parameter(name + ".weight", [outputs, inputs], new float[outputs * inputs]), bias: null);

    JsonObject Config() => JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "adapter_config.json")))!.AsObject();
}
