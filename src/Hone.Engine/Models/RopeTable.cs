namespace Hone.Engine.Models;

/// <summary>The cosines and sines of rotary position embeddings (Su et al. 2021), for every position asked for so far.</summary>
/// <param name="inverseFrequencies">One per pair of elements of a head, after any scaling.</param>
/// <param name="factor">Multiplies cosines and sines; 1 but for YaRN.</param>
public sealed class RopeTable(float[] inverseFrequencies, float factor = 1)
{
    readonly Lock _growth = new();
    float[] _cosines = [];
    float[] _sines = [];

    /// <summary>Half the width of a head.</summary>
    public int Pairs => inverseFrequencies.Length;

    public ReadOnlySpan<float> Cosines(int position) => _cosines.AsSpan(position * Pairs, Pairs);

    public ReadOnlySpan<float> Sines(int position) => _sines.AsSpan(position * Pairs, Pairs);

    /// <summary>Computes the rows up to the largest of the positions. Call before the threads start; several passes through a model may call at once.</summary>
    public void Cover(ReadOnlySpan<int> positions)
    {
        int needed = 0;
        foreach (int position in positions)
            needed = Math.Max(needed, position + 1);
        lock (_growth)
            Grow(needed);
    }

    void Grow(int needed)
    {
        int covered = _cosines.Length / Math.Max(1, Pairs);
        if (needed <= covered)
            return;

        needed = Math.Max(needed, covered * 2);
        var cosines = new float[needed * Pairs];
        var sines = new float[needed * Pairs];
        for (int position = 0; position < needed; position++)
        {
            for (int pair = 0; pair < Pairs; pair++)
            {
                // The angle in float32, as the reference computes it.
                float angle = position * inverseFrequencies[pair];
                cosines[position * Pairs + pair] = MathF.Cos(angle) * factor;
                sines[position * Pairs + pair] = MathF.Sin(angle) * factor;
            }
        }

        _sines = sines;
        _cosines = cosines;
    }
}
