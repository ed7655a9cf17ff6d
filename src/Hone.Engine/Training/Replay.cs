namespace Hone.Engine.Training;

/// <summary>General examples among those that are learned, so that a model keeps what it knew: a share of each epoch, and of each batch in it, comes from them.</summary>
public static class Replay
{
    /// <summary>Beyond it there is little left of what the run is for.</summary>
    public const double LargestShare = 0.9;

    const int HeldOutOneOf = 10;
    const int MostHeldOut = 64;

    /// <summary>How many of them an epoch shows: examples · share / (1 - share), at least one.</summary>
    /// <param name="examples">The others of an epoch.</param>
    /// <param name="share">From 0, which is none, to <see cref="LargestShare"/>.</param>
    public static int PerEpoch(int examples, double share) => share <= 0 ? 0 : checked((int)Math.Max(1, Math.Round(examples * share / (1 - share))));

    /// <summary>Holds every tenth back, 64 at most, spread evenly: they are never shown, and what the model loses on them is what it forgets.</summary>
    public static (T[] Shown, T[] HeldOut) Split<T>(IReadOnlyList<T> examples)
    {
        int heldOut = Math.Min(MostHeldOut, examples.Count / HeldOutOneOf);
        bool[] isHeldOut = new bool[examples.Count];
        for (int i = 0; i < heldOut; i++)
            isHeldOut[(int)((long)i * examples.Count / heldOut)] = true;
        return ([.. examples.Where((_, i) => !isHeldOut[i])], [.. examples.Where((_, i) => isHeldOut[i])]);
    }
}
