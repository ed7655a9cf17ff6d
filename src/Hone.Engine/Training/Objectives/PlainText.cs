using Hone.Engine.Models;

namespace Hone.Engine.Training.Objectives;

/// <summary>Next-token prediction on windows of a corpus. Each document in a window is a sequence of its own: no token is predicted from another document.</summary>
/// <param name="count">The number of windows.</param>
/// <param name="length">The tokens of a window, at most.</param>
/// <param name="read">The tokens of a window.</param>
/// <param name="endId">The token that ends each document.</param>
public sealed class PlainText(int count, int length, Func<int, int[]> read, int endId) : IObjective
{
    /// <summary>Windows that the fingerprint looks at: a corpus is too long to hash at every start.</summary>
    const int HashedWindows = 64;

    readonly float[] _weights = [0, .. Enumerable.Repeat(1f, Math.Max(0, length - 1))];

    public int Count => count;

    public string Fingerprint { get; } =
        ExampleHash.Of(Enumerable.Range(0, Math.Min(count, HashedWindows)).Select(i => new TrainingExample(read((int)((long)i * count / Math.Min(count, HashedWindows))), [count, length], Line: 0)));

    public int TokenCount(int example) => length;

    /// <summary>The targets of a window: all its tokens but the first of each document.</summary>
    public double LossWeight(int example)
    {
        ReadOnlySpan<int> ids = read(example);
        return ids.Length - ids.Count(endId) - (ids[^1] == endId ? 0 : 1);
    }

    public void Pack(int example, PackedExamples packed)
    {
        ReadOnlySpan<int> ids = read(example);
        while (ids.Length > 0)
        {
            int end = ids.IndexOf(endId);
            int taken = end < 0 ? ids.Length : end + 1;
            if (taken > 1)
                packed.Append(ids[..taken], _weights.AsSpan(0, taken));
            ids = ids[taken..];
        }
    }

    public Tensor Loss(Tape tape, TransformerModel model, PackedExamples packed, double batchWeight, Score score) =>
        NextToken.Loss(tape, model, packed, batchWeight, score);
}
