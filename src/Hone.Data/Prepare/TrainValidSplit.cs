namespace Hone.Data.Prepare;

/// <summary>The rows to train on, in the order in which they were drawn, and those to judge by, in their own order.</summary>
public sealed record TrainValidSplit(Frame Train, Frame Valid)
{
    const int MostToJudgeBy = 1000;
    const double TrainShare = 0.8;

    /// <summary>The seed that the former command used.</summary>
    public const uint DefaultSeed = 42;

    /// <summary>A fifth of the rows, at most 1000, are kept for judging: the same ones that pandas leaves over with that seed.</summary>
    public static TrainValidSplit Of(Frame frame, uint seed = DefaultSeed)
    {
        int count = frame.Rows.Count;
        int trainCount = Math.Max(count - MostToJudgeBy, (int)(count * TrainShare));
        int[] order = NumpyPermutation.Of(seed, count);
        int[] valid = [.. order.Skip(trainCount).Order()];
        return new TrainValidSplit(Take(order[..trainCount]), Take(valid));

        Frame Take(int[] rows) => frame with { Rows = RowView.Drawn(frame.Rows, rows) };
    }
}
