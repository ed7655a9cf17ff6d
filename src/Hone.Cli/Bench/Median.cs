namespace Hone.Cli.Bench;

/// <summary>The middle of measured values, which single slow rounds do not move.</summary>
static class Median
{
    /// <param name="values">In any order; at least one.</param>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
