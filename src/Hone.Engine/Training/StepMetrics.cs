using System.Text.Json.Serialization;

namespace Hone.Engine.Training;

/// <summary>What is known after one update. Validation values are null where nothing was validated.</summary>
public sealed record StepMetrics
{
    /// <summary>Updates done, this one included.</summary>
    public required int Step { get; init; }

    public required int TotalSteps { get; init; }

    /// <summary>Epochs done, with their fraction.</summary>
    public required double Epoch { get; init; }

    /// <summary>The mean loss of the batch, before the update.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The share of the batch's targets that were the most probable token; of its pairs that were ranked rightly, in preference training; of its texts whose partner was nearest, of pairs of texts.</summary>
    public required double TrainMeanTokenAccuracy { get; init; }

    /// <summary>On a part of the validation set.</summary>
    public double? ValidLoss { get; init; }

    public double? ValidMeanTokenAccuracy { get; init; }

    /// <summary>On the whole validation set.</summary>
    public double? FullValidLoss { get; init; }

    public double? FullValidMeanTokenAccuracy { get; init; }

    /// <summary>How well the cosines of scored pairs have the order of their scores.</summary>
    public double? FullValidSpearman { get; init; }

    /// <summary>The mean of 1 / the place at which a text's partner was found among those of its batch.</summary>
    public double? FullValidReciprocalRank { get; init; }

    /// <summary>What tells how good an encoder is, more is better: the order of scored pairs, or the place of partners; null of models that write text.</summary>
    [JsonIgnore]
    public double? FullValidQuality => FullValidSpearman ?? FullValidReciprocalRank;

    public required double LearningRate { get; init; }

    /// <summary>Before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Tokens of all updates so far.</summary>
    public required long TrainedTokens { get; init; }

    public required double TokensPerSecond { get; init; }

    public required double SecondsLeft { get; init; }
}
