using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hone.Server.FineTuning;

/// <summary>What the user chose for a job; null stands for <c>auto</c>.</summary>
public sealed record Hyperparameters
{
    [JsonConverter(typeof(AutoConverter<int>)), JsonPropertyName("n_epochs")]
    public int? Epochs { get; init; }

    /// <summary>Examples of a step.</summary>
    [JsonConverter(typeof(AutoConverter<int>))]
    public int? BatchSize { get; init; }

    [JsonConverter(typeof(AutoConverter<double>))]
    public double? LearningRate { get; init; }

    [JsonConverter(typeof(AutoConverter<double>))]
    public double? LearningRateMultiplier { get; init; }

    /// <summary><c>constant</c>, <c>linear</c> or <c>cosine</c>, after the warm-up.</summary>
    public string Schedule { get; init; } = Auto;

    [JsonConverter(typeof(AutoConverter<int>))]
    public int? WarmupSteps { get; init; }

    [JsonConverter(typeof(AutoConverter<double>))]
    public double? WeightDecay { get; init; }

    /// <summary>The largest norm of the gradient.</summary>
    [JsonConverter(typeof(AutoConverter<double>))]
    public double? Clip { get; init; }

    /// <summary>Tokens that pass through the model at once; a step accumulates as many passes as it needs.</summary>
    [JsonConverter(typeof(AutoConverter<int>))]
    public int? MicroBatchTokens { get; init; }

    /// <summary>Whether activations are computed again on the way back, to save memory.</summary>
    [JsonConverter(typeof(AutoConverter<bool>))]
    public bool? Recompute { get; init; }

    /// <summary>Validations without a better loss before training stops; 0 for never.</summary>
    [JsonConverter(typeof(AutoConverter<int>))]
    public int? Patience { get; init; }

    /// <summary>Tokens of the training file above which a job is refused.</summary>
    [JsonConverter(typeof(AutoConverter<long>))]
    public long? MaxTokens { get; init; }

    /// <summary>The share of each epoch's examples that come from the replay file.</summary>
    [JsonConverter(typeof(AutoConverter<double>))]
    public double? ReplayShare { get; init; }

    /// <summary>The rank of the adapter.</summary>
    [JsonConverter(typeof(AutoConverter<int>))]
    public int? Rank { get; init; }

    [JsonConverter(typeof(AutoConverter<double>))]
    public double? Alpha { get; init; }

    [JsonConverter(typeof(AutoConverter<double>))]
    public double? Dropout { get; init; }

    /// <summary>Names of layers separated by commas, or <c>all-linear</c>.</summary>
    public string TargetModules { get; init; } = Auto;

    [JsonConverter(typeof(AutoConverter<bool>))]
    public bool? RankStabilised { get; init; }

    /// <summary>How strongly DPO keeps to the reference.</summary>
    [JsonConverter(typeof(AutoConverter<double>))]
    public double? Beta { get; init; }

    /// <summary>What a cosine is multiplied by in contrastive training: the inverse of the temperature.</summary>
    [JsonConverter(typeof(AutoConverter<double>))]
    public double? Scale { get; init; }

    /// <summary>Lengths at which the beginnings of vectors are to be useful alone, besides the whole (Matryoshka, Kusupati et al. 2022).</summary>
    [JsonConverter(typeof(AutoConverter<ImmutableArray<int>>))]
    public ImmutableArray<int>? Dimensions { get; init; }

    [JsonIgnore]
    public const string Auto = "auto";
}
