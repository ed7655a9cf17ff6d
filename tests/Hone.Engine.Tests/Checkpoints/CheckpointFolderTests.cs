using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tensor_that_no_layer_asked_for_is_unexpected()
    {
        Write("model.safetensors", "model.a", "model.b");
        using var weights = CheckpointFolder.Open(_folder);

        weights.Get("model.a", 1);

        Should.Throw<HoneException>(weights.RequireAllUsed).Message.ShouldContain("'model.b' is unexpected");
    }

    [Fact]
    public void Buffers_of_old_checkpoints_and_a_tied_head_are_no_weights()
    {
        Write("model.safetensors", "h.0.attn.bias", "h.0.attn.masked_bias", "model.layers.0.self_attn.rotary_emb.inv_freq", "lm_head.weight");
        using var weights = CheckpointFolder.Open(_folder);

        Should.NotThrow(weights.RequireAllUsed);
    }

    [Fact]
    public void A_head_that_is_stored_beside_a_tied_embedding_must_equal_it()
    {
        Parameter[] both = [new("model.embed_tokens.weight", [2, 1], new float[] { 1, 2 }), new("lm_head.weight", [2, 1], new float[] { 1, 2 })];
        SafetensorsWriter.Write(Path.Combine(_folder, "model.safetensors"), both);
        using var same = CheckpointFolder.Open(_folder);
        same.Get("model.embed_tokens.weight", 2, 1);
        Should.NotThrow(same.RequireAllUsed);

        both[1].Data[0] = 3;
        SafetensorsWriter.Write(Path.Combine(_folder, "model.safetensors"), both);
        using var different = CheckpointFolder.Open(_folder);
        different.Get("model.embed_tokens.weight", 2, 1);
        Should.Throw<HoneException>(different.RequireAllUsed).Message.ShouldContain("Set tie_word_embeddings to false");
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_shape()
    {
        Write("model.safetensors", "model.a");
        using var weights = CheckpointFolder.Open(_folder);

        Should.Throw<HoneException>(() => weights.Get("model.b", 2, 3)).Message.ShouldContain("'model.b' is missing; expected it with the shape [2, 3]");
    }

    [Fact]
    public void A_checkpoint_of_the_bare_model_is_found_without_its_prefix()
    {
        Write("model.safetensors", "h.0.ln_1.weight");
        using var weights = CheckpointFolder.Open(_folder);

        Parameter gain = weights.Get("transformer.h.0.ln_1.weight", 1);

        gain.Name.ShouldBe("transformer.h.0.ln_1.weight");
        Should.NotThrow(weights.RequireAllUsed);
    }

    [Fact]
    public void Shards_are_read_as_one()
    {
        Write("one.safetensors", "a");
        Write("two.safetensors", "b", "c");
        Index("""{"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"}}""");

        using var weights = CheckpointFolder.Open(_folder);

        weights.Names.ShouldBe(["a", "b", "c"]);
        weights.Get("c", 1).Data[0].ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "expected the name of a file in the same folder")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "expected the name of a file in the same folder")]
    [InlineData("""{"weight_map":{"a":"..\\one.safetensors"}}""", "expected the name of a file in the same folder")]
    [InlineData("""{"weight_map":{"a":".."}}""", "expected the name of a file in the same folder")]
    [InlineData("""{"weight_map":{"a":""}}""", "expected the name of a file in the same folder")]
    [InlineData("""{"weight_map":{"a":"three.safetensors"}}""", "'three.safetensors', which is missing")]
    [InlineData("""{"weight_map":{"a":"two.safetensors","b":"two.safetensors"}}""", "'a' is in 'two.safetensors', but it is not")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","x":"one.safetensors"}}""", "'x' is in 'one.safetensors', but it is not")]
    [InlineData("""{"weight_map":{"b":"two.safetensors"}}""", "'c' is not listed")]
    [InlineData("""{"weight_map":{"a":7}}""", "not a readable index")]
    [InlineData("""{"weight_map":[]}""", "not a readable index")]
    [InlineData("""{}""", "not a readable index")]
    [InlineData("""7""", "not a readable index")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""", "not a readable index")]
    public void A_hostile_index_is_refused(string index, string expected)
    {
        Write("one.safetensors", "a");
        Write("two.safetensors", "b", "c");
        Index(index);

        Should.Throw<HoneException>(() => CheckpointFolder.Open(_folder)).Message.ShouldContain(expected);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused()
    {
        Write("one.safetensors", "a");
        Write("two.safetensors", "a", "b");
        Index("""{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");

        Should.Throw<HoneException>(() => CheckpointFolder.Open(_folder)).Message.ShouldContain("'a' is already in");
    }

    [Fact]
    public void A_folder_without_weights_says_what_is_needed()
    {
        Should.Throw<HoneException>(() => CheckpointFolder.Open(_folder)).Message.ShouldContain("model.safetensors.index.json");
    }

    void Write(string file, params string[] names) =>
        SafetensorsWriter.Write(Path.Combine(_folder, file), names.Select(name => new Parameter(name, [1], new float[] { 1 })));

    void Index(string json) => File.WriteAllText(Path.Combine(_folder, CheckpointFolder.IndexFile), json);
}
