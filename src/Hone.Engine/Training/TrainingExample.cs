namespace Hone.Engine.Training;

/// <summary>
/// One sequence to learn from. <c>Weights[t]</c> says how much the loss of predicting <c>Ids[t]</c> from the tokens before it counts:
/// 0 where the token is no target, 1 for an ordinary target. <c>Line</c> is where the example stands in its file, counted from 1.
/// </summary>
public sealed record TrainingExample(int[] Ids, float[] Weights, int Line)
{
    /// <summary>How many tokens carry loss. The first token is predicted from nothing and is never a target.</summary>
    public int TargetCount
    {
        get
        {
            int count = 0;
            for (int t = 1; t < Weights.Length; t++)
                if (Weights[t] != 0)
                    count++;
            return count;
        }
    }
}
