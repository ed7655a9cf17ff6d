namespace Hone.Cli;

/// <summary>A word of a command line that can be typed as it is shown.</summary>
static class ShellWord
{
    const string Plain = "-_./:=,+@%\\";

    /// <summary>As it is where shells leave it alone, else in quotes: double ones, which all shells know, unless it holds what they still read in these.</summary>
    public static string Of(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || (Plain.Contains(c, StringComparison.Ordinal) && (c != '\\' || OperatingSystem.IsWindows()))))
            return word;
        return word.AsSpan().IndexOfAny('"', '$', '`') < 0 && !word.Contains("\\\\", StringComparison.Ordinal) ? $"\"{word}\"" : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
