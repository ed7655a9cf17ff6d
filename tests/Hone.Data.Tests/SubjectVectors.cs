namespace Hone.Data.Tests;

/// <summary>Vectors that a test can foresee: texts that begin with # and letters are about these subjects alone, in equal parts; each other text is about something of its own.</summary>
static class SubjectVectors
{
    const int Letters = 26;
    const int Others = 256;

    /// <returns>Each of length 1: the cosine is 1 where all subjects are the same, 0 where none is, 1 / √2 for one of two.</returns>
    public static float[][] Of(IReadOnlyList<string> texts) => [.. texts.Select(Of)];

    static float[] Of(string text, int index)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text); // Models have no vector for it.
        var vector = new float[Letters + Others];
        int[] about = text.StartsWith('#') ? [.. text[1..text.IndexOf(' ', StringComparison.Ordinal)].Select(letter => letter - 'a')] : [Letters + index];
        foreach (int subject in about)
            vector[subject] = 1 / MathF.Sqrt(about.Length);
        return vector;
    }
}
