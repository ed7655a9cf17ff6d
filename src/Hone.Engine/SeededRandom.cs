namespace Hone.Engine;

/// <summary>Random numbers that are the same on every machine, from a seed: SplitMix64 (Steele, Lea and Flood 2014).</summary>
public sealed class SeededRandom(ulong seed)
{
    const ulong Step = 0x9E3779B97F4A7C15;

    ulong _state = seed;

    public ulong NextUInt64()
    {
        ulong value = Mix(_state);
        _state += Step;
        return value;
    }

    /// <summary>One step: the number that follows a state.</summary>
    internal static ulong Mix(ulong state)
    {
        ulong z = state + Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, but not including, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 up to, but not including, <paramref name="end"/>.</summary>
    public int NextInt32(int end) => (int)(NextUInt64() % (ulong)end);

    /// <summary>Puts items into an order by chance (Fisher and Yates 1938).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = NextInt32(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
