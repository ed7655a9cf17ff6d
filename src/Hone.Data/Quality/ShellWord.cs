namespace Hone.Data.Quality;

/// <summary>Words of a command that people copy into a shell.</summary>
public static class ShellWord
{
    const string Plain = "._-/:=,+@%";

    /// <summary>The word as it is where shells leave it alone, else in quotes: double ones, which all shells know, unless it holds what they still read in these.</summary>
    public static string Of(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > 0 && word.All(IsPlain))
            return word;
        bool isRead = word.AsSpan().ContainsAny("\"$`!") || word.Contains(@"\\", StringComparison.Ordinal) || word.EndsWith('\\');
        return isRead ? $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'" : $"\"{word}\"";
    }

    static bool IsPlain(char letter) => char.IsLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal) || (letter == '\\' && OperatingSystem.IsWindows());
}
