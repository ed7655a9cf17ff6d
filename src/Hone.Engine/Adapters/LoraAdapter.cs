using Hone.Engine.Checkpoints;
using Hone.Engine.Models;

namespace Hone.Engine.Adapters;

/// <summary>The LoRA weights of all adapted layers of one model, read and written in PEFT's format.</summary>
public sealed class LoraAdapter
{
    public const string WeightsFile = "adapter_model.safetensors";
    const string Prefix = "base_model.model.";

    readonly IReadOnlyList<Linear> _linears;
    readonly Dictionary<string, LoraWeights> _layers;

    LoraAdapter(LoraConfig config, IReadOnlyList<Linear> linears, Dictionary<string, LoraWeights> layers)
    {
        Config = config;
        _linears = linears;
        _layers = layers;
    }

    public LoraConfig Config { get; }

    /// <summary>By the name of the linear layer.</summary>
    public IReadOnlyDictionary<string, LoraWeights> Layers => _layers;

    /// <summary>A and B of each layer, in the order of the model's layers.</summary>
    public IEnumerable<Parameter> Parameters => _linears.Where(linear => _layers.ContainsKey(linear.Name)).SelectMany(linear => (Parameter[])[_layers[linear.Name].A, _layers[linear.Name].B]);

    /// <summary>A fresh adapter, which changes nothing yet: A uniform within ±1/√inputs, B zero, as PEFT begins.</summary>
    public static LoraAdapter Create(LoraConfig config, IReadOnlyList<Linear> linears, ulong seed)
    {
        RequireMatches(config, linears);
        var random = new SeededRandom(seed);
        return Build(config, linears, (name, shape) =>
        {
            var values = new float[shape[0] * shape[1]];
            if (name.EndsWith(".lora_A.weight", StringComparison.Ordinal))
            {
                double bound = 1 / Math.Sqrt(shape[1]);
                foreach (ref float value in values.AsSpan())
                    value = (float)(((2 * random.NextDouble()) - 1) * bound);
            }
            return new Parameter(name, shape, values);
        });
    }

    /// <summary>An adapter from a folder that PEFT or Hone wrote, in float32.</summary>
    /// <exception cref="HoneException">A layer has no key, or a key no layer.</exception>
    public static LoraAdapter Load(string folder, IReadOnlyList<Linear> linears)
    {
        string path = Path.Combine(folder, WeightsFile);
        LoraConfig config = LoraConfigFile.Read(folder);
        using var file = SafetensorsFile.Open(path);
        LoraAdapter adapter = Build(config, linears, (name, shape) =>
        {
            Parameter stored = file.Get(name, shape);
            stored.MakeOwned();
            return stored;
        });

        var used = adapter.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !used.Contains(name)) is { } unused)
            throw new HoneException(Text.Of(
                $"{path}: tensor {TensorEntry.Quote(unused)} belongs to no layer of the model that target_modules selects. Is this the adapter's base model?",
                $"{path}：张量 {TensorEntry.Quote(unused)} 不属于 target_modules 选中的任何层。这是该适配器的基础模型吗？"));
        return adapter;
    }

    /// <summary>Writes a folder that PEFT loads.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, WeightsFile), Parameters, ElementType.F32);
        Linear[] carrying = [.. _linears.Where(linear => _layers.ContainsKey(linear.Name))];
        LoraConfigFile.Write(
            folder,
            Config,
            [.. carrying.Select(linear => linear.Name)],
            [.. _linears.Except(carrying).Select(linear => linear.Name)],
            carrying.Any(linear => linear.IsInputMajor)
        );
    }

    /// <summary>From here on the model's layers compute with this adapter, and with no other.</summary>
    public void Attach()
    {
        foreach (Linear linear in _linears)
            linear.Adapter = _layers.GetValueOrDefault(linear.Name);
    }

    /// <summary>From here on the model's layers compute without an adapter.</summary>
    public static void Detach(IEnumerable<Linear> linears)
    {
        foreach (Linear linear in linears)
            linear.Adapter = null;
    }

    public void MakeTrainable()
    {
        foreach (Parameter parameter in Parameters)
            parameter.MakeTrainable();
    }

    static LoraAdapter Build(LoraConfig config, IReadOnlyList<Linear> linears, Func<string, int[], Parameter> take)
    {
        var layers = new Dictionary<string, LoraWeights>(StringComparer.Ordinal);
        for (int i = 0; i < linears.Count; i++)
        {
            Linear linear = linears[i];
            if (!config.Targets.Select(linear.Name))
                continue;
            int rank = config.RankOf(linear.Name);
            Parameter a = take($"{Prefix}{linear.Name}.lora_A.weight", [rank, linear.Inputs]);
            Parameter b = take($"{Prefix}{linear.Name}.lora_B.weight", [linear.Outputs, rank]);
            layers.Add(linear.Name, new LoraWeights(a, b, config.ScaleOf(linear.Name), (float)config.Dropout, i));
        }
        if (layers.Count == 0)
            throw NoMatch(Text.Of("The target modules match", "目标模块"), linears);
        return new LoraAdapter(config, linears, layers);
    }

    /// <summary>A target that no layer has is a spelling mistake, or another model's.</summary>
    static void RequireMatches(LoraConfig config, IReadOnlyList<Linear> linears)
    {
        foreach (string name in config.Targets.Names ?? [])
        {
            if (!linears.Any(linear => LoraTargets.Of([name]).Select(linear.Name)))
                throw NoMatch(Text.Of($"The target module {TensorEntry.Quote(name)} matches", $"目标模块 {TensorEntry.Quote(name)}"), linears);
        }
    }

    static HoneException NoMatch(string what, IReadOnlyList<Linear> linears)
    {
        string ends = string.Join(", ", linears.Select(linear => linear.Name[(linear.Name.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal));
        return new HoneException(Text.Of($"{what} no layer. The model's layers are: {ends}.", $"{what}与任何层都不匹配。模型的层有：{ends}。"));
    }
}
