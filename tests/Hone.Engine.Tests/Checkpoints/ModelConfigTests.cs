using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public sealed class ModelConfigTests : IDisposable
{
    const string Llama = """
        "model_type": "llama", "hidden_size": 64, "num_attention_heads": 8, "num_hidden_layers": 2, "intermediate_size": 96, "vocab_size": 100
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("hone-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_llama_of_few_fields_takes_the_defaults_of_its_family()
    {
        ModelConfig config = Read(Llama);

        config.KeyValueHeadCount.ShouldBe(8);
        config.HeadSize.ShouldBe(8);
        config.MaxPositions.ShouldBe(2048);
        config.NormEpsilon.ShouldBe(1e-6f);
        config.Activation.ShouldBe(Activation.Silu);
        config.TieWordEmbeddings.ShouldBeFalse();
        config.AttentionBias.ShouldBeFalse();
        config.MlpBias.ShouldBeFalse();
        config.Rope.Theta.ShouldBe(10000);
        config.Windows.ShouldBe([null, null]);
        config.BosTokenId.ShouldBe(1);
        config.EosTokenIds.ShouldBe([2]);
    }

    [Fact]
    public void Both_forms_of_rotary_parameters_mean_the_same()
    {
        ModelConfig older = Read(
            Llama + """, "rope_theta": 500000.0, "rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64}"""
        );
        ModelConfig newer = Read(
            Llama + """, "rope_parameters": {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64}"""
        );

        older.Rope.ShouldBe(newer.Rope);
        newer.Rope.Scaling.ShouldBe(RopeScaling.Llama3);
        newer.Rope.Theta.ShouldBe(500000);
    }

    [Fact]
    public void Rotary_parameters_may_differ_by_kind_of_layer()
    {
        ModelConfig config = Read(
            Llama + """, "rope_parameters": {"full_attention": {"rope_theta": 1e6, "rope_type": "linear", "factor": 8}, "sliding_attention": {"rope_theta": 1e4, "rope_type": "default"}}"""
        );

        config.Rope.Scaling.ShouldBe(RopeScaling.Linear);
        config.Rope.Theta.ShouldBe(1e6);
        config.SlidingRope.Scaling.ShouldBe(RopeScaling.None);
        config.SlidingRope.Theta.ShouldBe(1e4);
    }

    [Fact]
    public void Yarn_scales_cosine_and_sine()
    {
        ModelConfig config = Read(Llama + """, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 2048}""");

        config.Rope.Scaling.ShouldBe(RopeScaling.Yarn);
        config.Rope.OriginalMaxPositions.ShouldBe(2048);
        config.Rope.AttentionScale.ShouldBe(1.138629436, 1e-9);
    }

    [Fact]
    public void Gpt2_has_its_own_names()
    {
        ModelConfig config = Read("""
            "model_type": "gpt2", "n_embd": 48, "n_head": 4, "n_layer": 2, "n_positions": 256, "n_inner": null, "vocab_size": 100,
            "layer_norm_epsilon": 1e-3, "activation_function": "gelu", "eos_token_id": 7, "head_dim": 5
            """);

        config.HiddenSize.ShouldBe(48);
        config.HeadSize.ShouldBe(12);
        config.IntermediateSize.ShouldBe(192);
        config.MaxPositions.ShouldBe(256);
        config.NormEpsilon.ShouldBe(1e-3f);
        config.Activation.ShouldBe(Activation.Gelu);
        config.TieWordEmbeddings.ShouldBeTrue();
        config.EosTokenIds.ShouldBe([7]);
    }

    [Theory]
    [InlineData("mistral", """, "sliding_window": 8""", new[] { 8, 8 })]
    [InlineData("mistral", "", new[] { 4096, 4096 })]
    [InlineData("mistral", """, "sliding_window": null""", new[] { 0, 0 })]
    [InlineData("qwen2", """, "sliding_window": 8, "use_sliding_window": false, "max_window_layers": 1""", new[] { 0, 0 })]
    [InlineData("qwen2", """, "sliding_window": 8, "use_sliding_window": true, "max_window_layers": 1""", new[] { 0, 8 })]
    [InlineData("qwen2", """, "sliding_window": 8, "use_sliding_window": true""", new[] { 0, 0 })]
    [InlineData("qwen3", """, "sliding_window": 8, "use_sliding_window": true, "layer_types": ["sliding_attention", "full_attention"]""", new[] { 8, 0 })]
    public void Sliding_windows_follow_the_rules_of_the_family(string modelType, string more, int[] windows)
    {
        ModelConfig config = Read(Llama.Replace("llama", modelType, StringComparison.Ordinal) + """, "num_key_value_heads": 8, "head_dim": 8""" + more);

        config.Windows.Select(window => window ?? 0).ShouldBe(windows);
    }

    [Theory]
    [InlineData(""", "eos_token_id": 2""", new[] { 2 })]
    [InlineData(""", "eos_token_id": [2, 5]""", new[] { 2, 5 })]
    [InlineData(""", "eos_token_id": null""", new int[0])]
    public void End_tokens_are_one_or_many(string more, int[] expected)
    {
        Read(Llama + more).EosTokenIds.ShouldBe(expected);
    }

    [Theory]
    [InlineData(""", "dtype": "bfloat16" """, ElementType.BF16)]
    [InlineData(""", "torch_dtype": "torch.float16" """, ElementType.F16)]
    [InlineData("", ElementType.F32)]
    public void The_stored_type_has_two_names(string more, ElementType expected)
    {
        Read(Llama + more).StoredType.ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "'llava'", "supported. Supported are: gpt2, llama, mistral, qwen2, qwen3")]
    [InlineData(""", "x": 1""", "'llava'", "config.json")]
    public void An_unknown_family_is_refused_with_the_supported_ones(string more, params string[] expected)
    {
        var error = Should.Throw<HoneException>(() => Read(Llama.Replace("llama", "llava", StringComparison.Ordinal) + more));

        foreach (string part in expected)
            error.Message.ShouldContain(part);
    }

    [Theory]
    [InlineData(""", "hidden_act": "\ud800" """, "hidden_act is \"\\ud800\"; expected a string")]
    [InlineData(""", "head_dim": 268435456""", "num_attention_heads is 8; expected at most 7 heads")]
    [InlineData(""", "hidden_act": "relu2" """, "hidden_act \"relu2\" is not supported")]
    [InlineData(""", "rope_scaling": {"rope_type": "longrope"}""", "rope_scaling.rope_type \"longrope\" is not supported")]
    [InlineData(""", "rope_scaling": {"type": "dynamic", "factor": 2}""", "rope_scaling.type \"dynamic\" is not supported")]
    [InlineData(""", "rope_scaling": {"type": "linear"}""", "rope_scaling.factor is nothing; expected")]
    [InlineData(""", "rope_scaling": {"type": "linear", "factor": "2"}""", "rope_scaling.factor is \"2\"; expected a number")]
    [InlineData(""", "rope_theta": 0""", "rope_theta is 0; expected")]
    [InlineData(""", "num_key_value_heads": 3""", "num_attention_heads 8 is not a multiple of num_key_value_heads 3")]
    [InlineData(""", "head_dim": 7""", "rotate 7 of the 7 dimensions")]
    [InlineData(""", "max_position_embeddings": -1""", "max_position_embeddings is -1; expected a positive whole number")]
    [InlineData(""", "max_position_embeddings": "x" """, "max_position_embeddings is \"x\"; expected a whole number")]
    [InlineData(""", "tie_word_embeddings": 1""", "tie_word_embeddings is 1; expected true or false")]
    [InlineData(""", "eos_token_id": "</s>" """, "eos_token_id")]
    [InlineData(""", "quantization_config": {"quant_method": "gptq"}""", "quantised")]
    [InlineData(""", "vocab_size": 5""", "cannot be read")]
    [InlineData(""", "head_dim": 8, }""", "cannot be read")]
    public void What_cannot_be_computed_is_refused_by_name(string more, string expected)
    {
        Should.Throw<HoneException>(() => Read(Llama + more)).Message.ShouldContain(expected);
    }

    [Fact]
    public void A_missing_size_is_named()
    {
        Should.Throw<HoneException>(() => Read("\"model_type\": \"llama\"")).Message.ShouldContain("hidden_size is missing");
        Should.Throw<HoneException>(() => ModelConfig.Read(Path.Combine(_folder, "none.json"), ["llama"])).Message.ShouldContain("none.json is missing");
    }

    [Fact]
    public void Generation_defaults_are_read_when_there_are_any()
    {
        string path = Path.Combine(_folder, "generation_config.json");
        GenerationDefaults.Read(path).ShouldBe(new GenerationDefaults { EosTokenIds = [] });
        File.WriteAllText(path, """{"eos_token_id": [3, 4], "do_sample": true, "temperature": 0.7, "top_p": 0.8, "top_k": 20, "repetition_penalty": 1.05}""");

        var defaults = GenerationDefaults.Read(path);

        defaults.EosTokenIds.ShouldBe([3, 4]);
        (defaults.Samples, defaults.Temperature, defaults.TopP, defaults.TopK, defaults.RepetitionPenalty).ShouldBe((true, 0.7, 0.8, 20, 1.05));
    }

    ModelConfig Read(string fields)
    {
        string path = Path.Combine(_folder, "config.json");
        File.WriteAllText(path, $"{{{fields}}}");
        return ModelConfig.Read(path, ["llama", "mistral", "qwen2", "qwen3", "gpt2"]);
    }
}
