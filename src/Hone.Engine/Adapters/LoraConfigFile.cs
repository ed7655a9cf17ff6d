using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Checkpoints;

namespace Hone.Engine.Adapters;

/// <summary><c>adapter_config.json</c> as PEFT reads and writes it. A setting that would change the result and is not supported is refused by name.</summary>
static class LoraConfigFile
{
    public const string Name = "adapter_config.json";
    const string AllLinear = "all-linear";

    /// <summary>Fields that are read, and fields that say how training began or which program wrote the file.</summary>
    static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "peft_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules", "rank_pattern", "alpha_pattern", "fan_in_fan_out", "bias",
        "init_lora_weights", "base_model_name_or_path", "task_type", "inference_mode", "revision", "peft_version", "auto_mapping", "megatron_core",
        "qalora_group_size", "loftq_config", "eva_config", "corda_config", "lora_ga_config", "ensure_weight_tying",
    };

    public static LoraConfig Read(string folder)
    {
        var file = JsonFile.Read(Path.Combine(folder, Name));
        if (file.Text("peft_type") != "LORA")
            throw file.Unsupported("peft_type", Text.Of("expected \"LORA\"", "应为 \"LORA\""));
        RefuseUnsupported(file);

        return new LoraConfig
        {
            Rank = file.Positive("r"),
            Alpha = file.Number("lora_alpha") ?? throw file.Wrong("lora_alpha", Text.Of("a number", "数字")),
            Dropout = file.Number("lora_dropout") is not { } dropout ? 0 : dropout is >= 0 and < 1 ? dropout : throw file.Wrong("lora_dropout", Text.Of("a number from 0 to 1", "0 到 1 的数字")),
            IsRankStabilised = file.Flag("use_rslora") ?? false,
            Targets = ReadTargets(file),
            RankPatterns = ReadRanks(file),
            AlphaPatterns = [.. file.Numbers("alpha_pattern")],
            BaseModel = file.Text("base_model_name_or_path"),
        };
    }

    /// <param name="modules">The names of the layers that carry the adapter.</param>
    /// <param name="others">The names of the layers that could, but do not.</param>
    public static void Write(string folder, LoraConfig config, IReadOnlyList<string> modules, IReadOnlyList<string> others, bool isInputMajor)
    {
        var json = new JsonObject
        {
            ["alpha_pattern"] = Patterns(config.AlphaPatterns),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = config.BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = isInputMajor,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = null,
            ["lora_alpha"] = Number(config.Alpha),
            ["lora_dropout"] = config.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = config.Rank,
            ["rank_pattern"] = Patterns(config.RankPatterns),
            ["revision"] = null,
            ["target_modules"] = new JsonArray([.. Shortest(modules, others).Select(name => JsonValue.Create(name))]),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = config.IsRankStabilised,
        };
        AtomicFile.WriteText(Path.Combine(folder, Name), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>The last parts of the names when those select the same layers, else the whole names.</summary>
    static string[] Shortest(IReadOnlyList<string> modules, IReadOnlyList<string> others)
    {
        static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
        string[] ends = [.. modules.Select(LastPart).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return others.Any(name => ends.Contains(LastPart(name))) ? [.. modules] : ends;
    }

    static LoraTargets ReadTargets(JsonFile file)
    {
        if (!file.Has("target_modules"))
            throw file.Wrong("target_modules", Text.Of($"a list of names, a pattern or \"{AllLinear}\"", $"名称列表、模式或 \"{AllLinear}\""));
        if (file.Element.GetProperty("target_modules").ValueKind == JsonValueKind.String)
        {
            string pattern = file.Text("target_modules")!;
            return pattern == AllLinear ? LoraTargets.All : LoraTargets.Matching(pattern);
        }
        string[] names = file.Texts("target_modules")!;
        return names.Length > 0 ? LoraTargets.Of(names) : throw file.Wrong("target_modules", Text.Of("at least one name", "至少一个名称"));
    }

    static KeyValuePair<string, double>[] ReadRanks(JsonFile file)
    {
        KeyValuePair<string, double>[] ranks = [.. file.Numbers("rank_pattern")];
        return ranks.All(rank => rank.Value is >= 1 and <= 1 << 20 && rank.Value == Math.Truncate(rank.Value)) ? ranks : throw file.Wrong("rank_pattern", Text.Of("positive whole numbers", "正整数"));
    }

    static void RefuseUnsupported(JsonFile file)
    {
        if ((file.Text("bias") ?? "none") != "none")
            throw file.Unsupported("bias", Text.Of("expected \"none\"", "应为 \"none\""));
        // The others change the base model's weights, so that the adapter fits no longer.
        if (file.Has("init_lora_weights") && file.Element.GetProperty("init_lora_weights") is { ValueKind: JsonValueKind.String } start
            && start.GetString() is not ("gaussian" or "eva" or "orthogonal"))
            throw file.Unsupported("init_lora_weights", Text.Of("convert the adapter to plain LoRA first", "请先把适配器转换为普通 LoRA"));
        foreach (JsonProperty field in file.Element.EnumerateObject())
        {
            if (!Known.Contains(field.Name) && !IsOff(field.Value))
                throw file.Unsupported(field.Name, Text.Of("Hone reads plain LoRA adapters", "Hone 只读取普通 LoRA 适配器"));
        }
    }

    static bool IsOff(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.Object => value.GetPropertyCount() == 0,
            _ => false,
        };

    static JsonObject Patterns(IReadOnlyList<KeyValuePair<string, double>> patterns) =>
        new(patterns.Select(pattern => KeyValuePair.Create(pattern.Key, (JsonNode?)Number(pattern.Value))));

    static JsonValue Number(double value) => value == Math.Truncate(value) ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
