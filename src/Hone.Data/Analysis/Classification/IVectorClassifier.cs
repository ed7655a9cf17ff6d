namespace Hone.Data.Analysis.Classification;

/// <summary>Says which class a vector belongs to.</summary>
public interface IVectorClassifier
{
    /// <summary>The class, as a number, and how sure of it, from 0 to 1.</summary>
    Prediction Predict(ReadOnlySpan<float> vector);
}

/// <param name="Class">By number.</param>
/// <param name="Confidence">From 0 to 1; what it means depends on the method.</param>
public readonly record struct Prediction(int Class, double Confidence);
