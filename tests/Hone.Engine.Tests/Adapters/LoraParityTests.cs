using System.Text.Json.Nodes;
using Hone.Engine.Adapters;
using Hone.Engine.Models;
using Hone.Engine.Tests.Parity;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Adapters;

[Trait("Kind", "Parity")]
public sealed class LoraParityTests : IDisposable
{
    const float LogitTolerance = 2e-4f;

    /// <summary>What PEFT decides by when it loads an adapter.</summary>
    static readonly string[] Fields =
    [
        "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "fan_in_fan_out", "bias", "modules_to_save", "rank_pattern", "alpha_pattern",
    ];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-lora-").FullName;

    public static IEnumerable<TheoryDataRow<string>> Cases => CausalCase.All;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void Logits_with_an_adapter_equal_those_of_PEFT(string name)
    {
        using var reference = CausalCase.Open(name);

        LoraAdapter.Load(Path.Combine(reference.Folder, "adapter-end"), reference.Model.Linears).Attach();

        CompareLogits(reference.Model, reference, "lora_end.logits.0");
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_adapter_is_written_as_PEFT_writes_it(string name)
    {
        using var reference = CausalCase.Open(name);
        foreach (string original in Directory.GetDirectories(reference.Folder, "adapter-*"))
        {
            LoraAdapter.Load(original, reference.Model.Linears).Save(_folder);

            File.ReadAllBytes(Path.Combine(_folder, LoraAdapter.WeightsFile)).ShouldBe(File.ReadAllBytes(Path.Combine(original, LoraAdapter.WeightsFile)));
            JsonObject written = Read(_folder);
            JsonObject expected = Read(original);
            foreach (string field in Fields)
                JsonNode.DeepEquals(written[field], expected[field]).ShouldBeTrue($"{field}: {written[field]}");
            Targets(written).ShouldBe(Targets(expected), ignoreOrder: true);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Merged_logits_equal_those_of_PEFT(string name)
    {
        using var reference = CausalCase.Open(name);
        string merged = Path.Combine(_folder, "merged");
        Directory.CreateDirectory(merged);

        LoraMerge.Write(merged, reference.Folder, Path.Combine(reference.Folder, "adapter-end"));

        using var folder = ModelFolder.Open(merged);
        CompareLogits(folder.Load(), reference, "lora_merged.logits.0");
        folder.EosTokenIds.ShouldBe(reference.Model.Config.EosTokenIds);
    }

    static void CompareLogits(CausalModel model, CausalCase reference, string tensor)
    {
        int[] ids = CausalCase.Integers(reference.Expected.GetProperty("eval")[0].GetProperty("input_ids"));
        TokenBatch batch = TokenBatch.Pack([ids]);
        var tape = new Tape(records: false)
        {
            Batch = new TokenBatch { Ids = batch.Ids, Positions = batch.Positions, Segments = batch.Segments, TargetRows = [.. Enumerable.Range(0, batch.Length)] },
        };
        Span<float> logits = model.Logits(tape).Data;
        float[] expected = reference.Tensor(tensor);
        for (int i = 0; i < expected.Length; i++)
            logits[i].ShouldBe(expected[i], LogitTolerance);
    }

    static JsonObject Read(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();

    static IEnumerable<string> Targets(JsonObject config) => config["target_modules"]!.AsArray().Select(name => name!.GetValue<string>());
}
