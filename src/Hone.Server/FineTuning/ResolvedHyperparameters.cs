using System.Globalization;
using System.Text.Json.Serialization;
using Hone.Engine;
using Hone.Engine.Adapters;
using Hone.Engine.Training;

namespace Hone.Server.FineTuning;

/// <summary>The numbers a job trains with, after every <c>auto</c> was replaced by its rule.</summary>
public sealed record ResolvedHyperparameters
{
    const long DefaultMaxTokens = 50_000_000;

    /// <summary>The batch from which on the rate is not lowered.</summary>
    const int FullRateBatch = 32;

    /// <summary>Examples of a look at a part of the validation set.</summary>
    public const int ValidationSample = 32;

    /// <summary>So many trained examples go before each validated one, so that validation takes a tenth of the time.</summary>
    const int ValidationShare = 4;

    const int LargestWarmup = 100;

    /// <summary>Each pair is told from as many others.</summary>
    const int ContrastiveBatch = 64;

    const double CheckpointMinutes = 2;
    const double DefaultReplayShare = 0.2;

    [JsonPropertyName("n_epochs")]
    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required string Schedule { get; init; }

    public required int WarmupSteps { get; init; }

    public required double WeightDecay { get; init; }

    public required double Clip { get; init; }

    public required int MicroBatchTokens { get; init; }

    public required bool Recompute { get; init; }

    public required int Patience { get; init; }

    /// <summary>Steps from one look at a part of the validation set to the next; 0 without a validation file.</summary>
    public required int ValidationInterval { get; init; }

    /// <summary>Steps from one look at the whole validation set to the next, besides the ends of epochs; 0 for those alone.</summary>
    public required int FullValidationInterval { get; init; }

    public required long MaxTokens { get; init; }

    /// <summary>The share of each epoch's examples that come from the replay file; 0 without one.</summary>
    public double ReplayShare { get; init; }

    /// <summary>Steps of all epochs: ⌈examples / batch size⌉ · epochs, the replayed examples among them.</summary>
    public required int Steps { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdapterShape? Adapter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Beta { get; init; }

    /// <summary>Of contrastive training.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Scale { get; init; }

    /// <summary>Of contrastive training: the lengths that are trained, the whole vector first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Dimensions { get; init; }

    /// <summary>Applies the rules of the guide on fine-tuning.</summary>
    /// <param name="width">The model's hidden size.</param>
    /// <param name="examples">Of the training file.</param>
    /// <param name="validationExamples">0 without a validation file.</param>
    /// <param name="present">The adapter of the model that is tuned, whose shape <c>auto</c> keeps; null when it has none.</param>
    public static ResolvedHyperparameters Of(Hyperparameters chosen, TuningMethod method, int examples, int width, int validationExamples, bool hasReplay, LoraConfig? present)
    {
        double replayShare = hasReplay ? chosen.ReplayShare ?? DefaultReplayShare : 0;
        int shown = checked(examples + Replay.PerEpoch(examples, replayShare));
        int epochs = chosen.Epochs ?? AutoHyperparameters.Epochs(examples);
        bool isContrastive = method == TuningMethod.Contrastive;
        int batch = Math.Min(chosen.BatchSize ?? (isContrastive ? ContrastiveBatch : AutoHyperparameters.BatchSize(examples)), examples);
        int steps = checked((shown + batch - 1) / batch * epochs);
        return new ResolvedHyperparameters
        {
            Epochs = epochs,
            BatchSize = batch,
            LearningRate = (chosen.LearningRate ?? AutoLearningRate(method, width, batch)) * (chosen.LearningRateMultiplier ?? 1),
            Schedule = chosen.Schedule == Hyperparameters.Auto ? "cosine" : chosen.Schedule,
            WarmupSteps = Math.Min(steps, chosen.WarmupSteps ?? Math.Min(LargestWarmup, (steps + 19) / 20)),
            WeightDecay = chosen.WeightDecay ?? (method == TuningMethod.Full || isContrastive ? 0.01 : 0),
            Clip = chosen.Clip ?? 1,
            MicroBatchTokens = chosen.MicroBatchTokens ?? 2048,
            Recompute = chosen.Recompute ?? false,
            Patience = validationExamples > 0 ? chosen.Patience ?? 3 : 0,
            MaxTokens = chosen.MaxTokens ?? DefaultMaxTokens,
            ReplayShare = replayShare,
            Steps = steps,
            ValidationInterval = validationExamples > 0 ? Math.Max(10, ValidationShare * Math.Min(validationExamples, ValidationSample) / batch) : 0,
            FullValidationInterval = AutoHyperparameters.FullValidationInterval(shown, batch, validationExamples),
            Adapter = method == TuningMethod.Full || isContrastive ? null : AdapterShape.Of(chosen, present),
            Beta = method == TuningMethod.Dpo ? chosen.Beta ?? 0.1 : null,
            Scale = isContrastive ? chosen.Scale ?? 20 : null,
            Dimensions = isContrastive ? DimensionsOf(chosen, width) : null,
        };
    }

    /// <summary>The whole vector, then the chosen lengths from the longest on.</summary>
    static int[] DimensionsOf(Hyperparameters chosen, int width)
    {
        if (chosen.Dimensions is not { } lengths)
            return [width];
        return lengths.Max() <= width
            ? [.. lengths.Append(width).Distinct().OrderDescending()]
            : throw new HoneException(Text.Of($"dimensions has {lengths.Max()}, and the model's vectors have {width} numbers. Give at most {width}.", $"dimensions 中有 {lengths.Max()}，而模型的向量只有 {width} 维。最多为 {width}。"));
    }

    /// <summary>
    /// 5e-5 · (2000 / width)^0.78 for all weights and ten times that for LoRA (Schulman et al. 2025, "LoRA Without Regret"), a twentieth of LoRA's for DPO and
    /// half of that for all weights in contrastive training;
    /// times √(batch / 32) for smaller batches; two digits.
    /// </summary>
    static double AutoLearningRate(TuningMethod method, int width, int batch)
    {
        double factor = method switch
        {
            TuningMethod.Full => 1,
            TuningMethod.Lora => 10,
            TuningMethod.Dpo => 0.5,
            TuningMethod.Contrastive => 0.5,
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
        double rate = 5e-5 * Math.Pow(2000.0 / width, 0.78) * factor * Math.Sqrt(Math.Min(batch, FullRateBatch) / (double)FullRateBatch);
        return double.Parse(rate.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>The same numbers for the trainer.</summary>
    public TrainingOptions ToOptions(int seed) =>
        new()
        {
            Epochs = Epochs,
            BatchSize = BatchSize,
            LearningRate = LearningRate,
            Schedule = Enum.Parse<Engine.Training.Schedule>(Schedule, ignoreCase: true),
            WarmupSteps = WarmupSteps,
            WeightDecay = WeightDecay,
            ClipNorm = Clip,
            Seed = (ulong)seed,
            ReplayShare = ReplayShare,
            MicroBatchTokens = MicroBatchTokens,
            RecomputesBlocks = Recompute,
            Patience = Patience,
            ValidationInterval = ValidationInterval,
            ValidationSample = ValidationSample,
            FullValidationInterval = FullValidationInterval,
            CheckpointMinutes = CheckpointMinutes,
        };
}
