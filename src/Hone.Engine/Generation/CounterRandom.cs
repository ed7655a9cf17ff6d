namespace Hone.Engine.Generation;

/// <summary>Random numbers by their place: they do not depend on what else is drawn, in which order, or on which machine.</summary>
static class CounterRandom
{
    /// <summary>From 0 up to, but not including, 1, for one token of one choice.</summary>
    public static double NextDouble(ulong seed, int choice, int position) =>
        (SeededRandom.Mix(SeededRandom.Mix(SeededRandom.Mix(seed) + (uint)choice) + (uint)position) >> 11) * (1.0 / (1UL << 53));
}
