namespace Hone.Engine.Training;

/// <summary>What "auto" resolves to, from the number of training examples alone.</summary>
public static class AutoHyperparameters
{
    const int TargetEpochs = 3;
    const int FewExamples = 100;
    const int ManyExamples = 25_000;
    const int MostEpochs = 25;
    const int LargestBatch = 256;
    const int ExamplesPerBatchPlace = 500;
    const int MostValidationsPerEpoch = 4;

    /// <summary>Three epochs; more where that would show fewer than 100 examples, fewer where it would show more than 25,000.</summary>
    public static int Epochs(int exampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exampleCount);

        long shown = (long)exampleCount * TargetEpochs;
        return shown switch
        {
            < FewExamples => Math.Min(MostEpochs, FewExamples / exampleCount),
            > ManyExamples => Math.Max(1, ManyExamples / exampleCount),
            _ => TargetEpochs,
        };
    }

    /// <summary>0.2 % of the examples, rounded to the nearest whole number within 1..256.</summary>
    public static int BatchSize(int exampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exampleCount);

        return Math.Clamp((exampleCount + (ExamplesPerBatchPlace / 2)) / ExamplesPerBatchPlace, 1, LargestBatch);
    }

    /// <summary>
    /// Steps from one look at the whole validation set to the next: up to four in an epoch, as many as take a tenth of the time that training takes.
    /// 0 when the ends of the epochs are enough.
    /// </summary>
    public static int FullValidationInterval(int exampleCount, int batchSize, int validationCount)
    {
        if (validationCount == 0)
            return 0;

        // A validated example costs a third of a trained one: it has no way back.
        int perEpoch = (int)Math.Min(MostValidationsPerEpoch, exampleCount * 3L / 10 / validationCount);
        int steps = (exampleCount + batchSize - 1) / batchSize;
        return perEpoch < 2 ? 0 : (steps + perEpoch - 1) / perEpoch;
    }
}
