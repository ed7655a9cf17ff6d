namespace Hone.Engine.Checkpoints;

/// <summary>How rotary position embeddings are scaled beyond the length a model was trained on.</summary>
public enum RopeScaling
{
    None,
    Linear,
    Llama3,
    Yarn,
}

/// <summary>The rotary position embedding of a model, or of one kind of its layers.</summary>
public sealed record RopeConfig
{
    public RopeScaling Scaling { get; init; }

    /// <summary>The base of the frequencies.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary>How many times longer than the original the context has become.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The part of a head that is rotated.</summary>
    public double PartialFactor { get; init; } = 1;

    public int OriginalMaxPositions { get; init; }

    public double LowFrequencyFactor { get; init; } = 1;

    public double HighFrequencyFactor { get; init; } = 4;

    public double BetaFast { get; init; } = 32;

    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether yarn's band of frequencies ends at whole dimensions.</summary>
    public bool TruncatesBand { get; init; } = true;

    /// <summary>Cosine and sine are multiplied by this.</summary>
    public double AttentionScale { get; init; } = 1;

    /// <summary>How many of a head's dimensions are rotated.</summary>
    public int RotatedSize(int headSize) => (int)(headSize * PartialFactor);

    /// <summary>The angle per position of each rotated pair of dimensions: <c>theta^(-2i/d)</c>, then scaled.</summary>
    public float[] InverseFrequencies(int headSize)
    {
        int size = RotatedSize(headSize);
        var frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double plain = Math.Pow(Theta, -2.0 * i / size);
            frequencies[i] = (float)(
                Scaling switch
                {
                    RopeScaling.Linear => plain / Factor,
                    RopeScaling.Llama3 => ScaleAsLlama3(plain),
                    RopeScaling.Yarn => ScaleAsYarn(plain, i, size),
                    _ => plain,
                }
            );
        }
        return frequencies;
    }

    /// <summary>Long waves are stretched by the factor, short ones kept, those between interpolated.</summary>
    double ScaleAsLlama3(double frequency)
    {
        double turns = OriginalMaxPositions * frequency / (2 * Math.PI);
        if (turns < LowFrequencyFactor)
            return frequency / Factor;
        if (turns > HighFrequencyFactor)
            return frequency;
        double smooth = (turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return ((1 - smooth) * frequency / Factor) + (smooth * frequency);
    }

    /// <summary>Peng et al. 2023: from kept to stretched along a ramp over the dimensions.</summary>
    double ScaleAsYarn(double frequency, int pair, int size)
    {
        double low = DimensionTurning(BetaFast, size);
        double high = DimensionTurning(BetaSlow, size);
        if (TruncatesBand)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        low = Math.Max(low, 0);
        high = Math.Min(high, size - 1);
        if (low == high)
            high += 0.001;
        double ramp = Math.Clamp((pair - low) / (high - low), 0, 1);
        return (frequency / Factor * ramp) + (frequency * (1 - ramp));
    }

    double DimensionTurning(double turns, int size) =>
        size * Math.Log(OriginalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(Theta));
}
