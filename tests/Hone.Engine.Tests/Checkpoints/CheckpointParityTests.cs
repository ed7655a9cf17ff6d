using Hone.Engine.Checkpoints;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Checkpoints;

[Trait("Kind", "Parity")]
public class CheckpointParityTests
{
    static readonly string[] Families = ["llama", "mistral", "qwen2", "qwen3", "gpt2", "gemma2", "gemma3_text", "phi3"];

    public static IEnumerable<TheoryDataRow<string>> Cases => ParityFolder.Cases("causal");

    [Theory, MemberData(nameof(Cases))]
    public void A_configuration_agrees_with_the_shapes_of_its_weights(string name)
    {
        string folder = Path.Combine(ParityFolder.Require("causal"), name);
        var config = ModelConfig.Read(Path.Combine(folder, "config.json"), Families);

        using var weights = CheckpointFolder.Open(folder);

        string embedding = weights.Names.First(tensor => tensor.EndsWith("embed_tokens.weight", StringComparison.Ordinal) || tensor.EndsWith("wte.weight", StringComparison.Ordinal));
        weights.Get(embedding, config.VocabSize, config.HiddenSize).Length.ShouldBe(config.VocabSize * config.HiddenSize);
        weights.Names.Contains("lm_head.weight").ShouldBe(!config.TieWordEmbeddings);
        config.Windows.Count.ShouldBe(config.LayerCount);
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_same_weights_stored_in_other_ways_have_the_same_values(string name)
    {
        string folder = Path.Combine(ParityFolder.Require("causal"), name);
        using var weights = CheckpointFolder.Open(folder);

        foreach (string other in Directory.GetDirectories(folder, "stored-*"))
        {
            using var stored = CheckpointFolder.Open(other);
            stored.Names.ShouldBe(weights.Names);
            foreach (string tensor in weights.Names)
            {
                int[] shape = [.. weights.Entry(tensor).Shape.Select(n => (int)n)];
                Parameter found = stored.Get(tensor, shape);
                Values(found).ShouldBe(Rounded(Values(weights.Get(tensor, shape)), found.Type), $"{other}: {tensor}");
            }
        }
    }

    static float[] Values(Parameter parameter)
    {
        var values = new float[parameter.Length];
        parameter.Read(0, values);
        return values;
    }

    static float[] Rounded(float[] values, ElementType type)
    {
        if (type == ElementType.F32)
            return values;
        var bits = new ushort[values.Length];
        SafetensorsWriter.Narrow(values, type, bits);
        return Values(new Parameter("rounded", [values.Length], type, bits));
    }
}
