namespace Hone.Data.Quality.Sufficiency;

/// <summary>What an example tells the model, for looking facts up in it.</summary>
sealed class FactSource
{
    // Endings differ: what follows the first letters of a word does not matter.
    const int StemLength = 6;

    // In a short question numbers are there to be computed with; a long one is the text from which they come.
    const int LongestQuestion = 200;

    readonly string _text;
    readonly HashSet<string> _numbers;
    readonly bool _mayCompute;

    public FactSource(Sample sample)
    {
        _text = Facts.Narrow($"{sample.Instructions}\n{sample.Prompt}");
        _numbers = [.. Facts.NumbersOf(_text)];
        _mayCompute = _numbers.Count > 0 && sample.Prompt.Length <= LongestQuestion;
    }

    /// <summary>Numbers must be the same, or follow from others; of names and words every part must occur.</summary>
    public bool Holds(string fact) =>
        fact.All(letter => char.IsAsciiDigit(letter) || letter == '.')
            ? _mayCompute || _numbers.Contains(fact)
            : fact.Trim('《', '》').Split(' ', '·').All(part => _text.Contains(StemOf(part), StringComparison.OrdinalIgnoreCase));

    static string StemOf(string word) => word.Length > StemLength && char.IsAscii(word[0]) ? word[..StemLength] : word;
}
