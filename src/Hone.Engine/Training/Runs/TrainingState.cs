using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hone.Engine.Training.Runs;

/// <summary>Where a run stands: with the weights and the optimiser's moments, everything that the next update depends on.</summary>
/// <remarks>The order of the examples and the dropout follow from the seed in the options and the step, so the random state is among it.</remarks>
public sealed record TrainingState
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required TrainingOptions Options { get; init; }

    /// <summary>What the run learns from; see <see cref="Objectives.IObjective.Fingerprint"/>.</summary>
    public required string TrainingData { get; init; }

    /// <summary>What it is validated on; empty for nothing.</summary>
    public required string ValidationData { get; init; }

    /// <summary>Which examples are held out; empty for none.</summary>
    public string HeldOutData { get; init; } = "";

    /// <summary>Updates done.</summary>
    public int Step { get; init; }

    /// <summary>The last update when its validation is still to come.</summary>
    public StepMetrics? Pending { get; init; }

    public long TrainedTokens { get; init; }

    /// <summary>Of those, the ones of replayed examples.</summary>
    public long ReplayTokens { get; init; }

    /// <summary>The mean loss of the held-out examples before the first update.</summary>
    public double? HeldOutLoss { get; init; }

    /// <summary>Time spent.</summary>
    public double Seconds { get; init; }

    /// <summary>The sum of the losses since the epoch began.</summary>
    public double EpochLoss { get; init; }

    /// <summary>Updates since the epoch began.</summary>
    public int EpochSteps { get; init; }

    /// <summary>The step with the best value on the whole validation set; 0 before the first.</summary>
    public int BestStep { get; init; }

    /// <summary>The loss of that step on the whole validation set.</summary>
    public double? BestValidLoss { get; init; }

    /// <summary>How well that step puts pairs of texts in order (<see cref="StepMetrics.FullValidQuality"/>); null of anything else.</summary>
    public double? BestValidQuality { get; init; }

    public int ValidationsWithoutBetter { get; init; }

    /// <summary>The state after a whole validation. Quality is what an encoder is used for, so it comes before the loss, which decides between equals and where there is no quality.</summary>
    public TrainingState WithValidation(double loss, double? quality)
    {
        int byQuality = Comparer<double?>.Default.Compare(quality, BestValidQuality);
        return byQuality > 0 || (byQuality == 0 && loss < (BestValidLoss ?? double.PositiveInfinity))
            ? this with { BestStep = Step, BestValidLoss = loss, BestValidQuality = quality, ValidationsWithoutBetter = 0 }
            : this with { ValidationsWithoutBetter = ValidationsWithoutBetter + 1 };
    }

    /// <summary>Refuses to go on with anything that would make the run another one.</summary>
    public void RequireSame(TrainingState begun)
    {
        if (begun.TrainingData != TrainingData)
            throw new HoneException("The training examples are not those with which the run began. Resume it with the same file, or start a new run.");
        if (begun.ValidationData != ValidationData)
            throw new HoneException("The validation examples are not those with which the run began. Resume it with the same file, or start a new run.");
        if (begun.HeldOutData != HeldOutData)
            throw new HoneException("The held-out examples are not those with which the run began. Resume it with the same file, or start a new run.");
        if (begun.Options == Options)
            return;
        JsonElement before = JsonSerializer.SerializeToElement(begun.Options, Json);
        JsonElement now = JsonSerializer.SerializeToElement(Options, Json);
        JsonProperty changed = now.EnumerateObject().First(option => before.GetProperty(option.Name).GetRawText() != option.Value.GetRawText());
        throw new HoneException(
            $"{changed.Name} is {changed.Value.GetRawText()}, but the run began with {before.GetProperty(changed.Name).GetRawText()}. Resume it with the same options, or start a new run."
        );
    }
}
