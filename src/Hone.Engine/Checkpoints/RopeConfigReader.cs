namespace Hone.Engine.Checkpoints;

/// <summary>Reads rotary embeddings in the forms of transformers 4 (<c>rope_theta</c>, <c>rope_scaling</c>) and 5 (<c>rope_parameters</c>).</summary>
static class RopeConfigReader
{
    public const string FullAttention = "full_attention";
    public const string SlidingAttention = "sliding_attention";

    /// <summary>The embedding of each kind of layer.</summary>
    public static (RopeConfig Full, RopeConfig Sliding) Read(JsonFile config, int maxPositions)
    {
        if (config.Object("rope_parameters") is { } parameters)
        {
            var kinds = parameters.Objects().ToDictionary(kind => kind.Name, kind => kind.Value, StringComparer.Ordinal);
            if (kinds.Count == 0)
            {
                RopeConfig both = ReadOne(config, parameters, maxPositions);
                return (both, both);
            }
            return (ReadKind(config, kinds, FullAttention, maxPositions), ReadKind(config, kinds, SlidingAttention, maxPositions));
        }

        RopeConfig full = ReadOne(config, config.Object("rope_scaling"), maxPositions);
        // Gemma 3 before transformers 5: the sliding layers are not scaled and have their own base.
        return (full, config.Number("rope_local_base_freq") is { } local ? new RopeConfig { Theta = local, OriginalMaxPositions = maxPositions } : full);
    }

    static RopeConfig ReadKind(JsonFile config, Dictionary<string, JsonFile> kinds, string kind, int maxPositions)
    {
        if (kinds.Keys.FirstOrDefault(name => name is not (FullAttention or SlidingAttention)) is { } unknown)
            throw new HoneException(Text.Of(
                $"{config.Path}: rope_parameters.{unknown} is no known kind of layer; supported are {FullAttention} and {SlidingAttention}.",
                $"{config.Path}：rope_parameters.{unknown} 不是已知的层类型；支持 {FullAttention} 和 {SlidingAttention}。"));
        return kinds.TryGetValue(kind, out JsonFile? found) || kinds.TryGetValue(FullAttention, out found)
            ? ReadOne(config, found, maxPositions)
            : throw new HoneException(Text.Of($"{config.Path}: rope_parameters.{kind} is missing.", $"{config.Path}：缺少 rope_parameters.{kind}。"));
    }

    static RopeConfig ReadOne(JsonFile config, JsonFile? scaling, int maxPositions)
    {
        double theta = scaling?.Number("rope_theta") ?? config.Number("rope_theta") ?? 10000;
        if (theta <= 1)
            throw (scaling?.Has("rope_theta") == true ? scaling : config).Wrong("rope_theta", Text.Of("a number above 1", "大于 1 的数字"));
        var plain = new RopeConfig
        {
            Theta = theta,
            PartialFactor = scaling?.Number("partial_rotary_factor") ?? config.Number("partial_rotary_factor") ?? 1,
            OriginalMaxPositions = maxPositions,
        };
        if (scaling is null)
            return plain;

        string field = scaling.Has("rope_type") ? "rope_type" : "type";
        return (scaling.Text(field) ?? "default") switch
        {
            "default" => plain,
            "linear" => plain with { Scaling = RopeScaling.Linear, Factor = Factor(scaling) },
            "llama3" => ReadLlama3(scaling, plain),
            "yarn" => ReadYarn(scaling, plain, maxPositions),
            _ => throw scaling.Unsupported(field, Text.Of("supported are default, linear, llama3 and yarn", "支持 default、linear、llama3 和 yarn")),
        };
    }

    static RopeConfig ReadLlama3(JsonFile scaling, RopeConfig plain)
    {
        RopeConfig rope = plain with
        {
            Scaling = RopeScaling.Llama3,
            Factor = Factor(scaling),
            LowFrequencyFactor = scaling.Number("low_freq_factor") ?? throw scaling.Wrong("low_freq_factor", Text.Of("a number", "数字")),
            HighFrequencyFactor = scaling.Number("high_freq_factor") ?? throw scaling.Wrong("high_freq_factor", Text.Of("a number", "数字")),
            OriginalMaxPositions = scaling.Positive("original_max_position_embeddings"),
        };
        return rope.HighFrequencyFactor > rope.LowFrequencyFactor ? rope : throw scaling.Wrong("high_freq_factor", Text.Of("more than low_freq_factor", "大于 low_freq_factor 的数字"));
    }

    static RopeConfig ReadYarn(JsonFile scaling, RopeConfig plain, int maxPositions)
    {
        int original = scaling.Positive("original_max_position_embeddings", maxPositions);
        double factor = scaling.Has("factor") ? Factor(scaling) : (double)maxPositions / original;
        return plain with
        {
            Scaling = RopeScaling.Yarn,
            Factor = factor,
            OriginalMaxPositions = original,
            BetaFast = scaling.Number("beta_fast") ?? 32,
            BetaSlow = scaling.Number("beta_slow") ?? 1,
            TruncatesBand = scaling.Flag("truncate") ?? true,
            AttentionScale = scaling.Number("attention_factor") ?? YarnAttentionScale(scaling, factor),
        };
    }

    static double YarnAttentionScale(JsonFile scaling, double factor)
    {
        double Scale(double weight) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;
        double? all = scaling.Number("mscale_all_dim");
        return scaling.Number("mscale") is { } one and not 0 && all is not (null or 0) ? Scale(one) / Scale(all.Value) : Scale(1);
    }

    static double Factor(JsonFile scaling) =>
        scaling.Number("factor") is { } factor and >= 1 ? factor : throw scaling.Wrong("factor", Text.Of("a number of at least 1", "不小于 1 的数字"));
}
