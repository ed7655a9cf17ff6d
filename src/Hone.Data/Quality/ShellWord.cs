using System.Text.RegularExpressions;

namespace Hone.Data.Quality;

/// <summary>Words of a command that people copy into a shell.</summary>
public static partial class ShellWord
{
    const string Plain = "._-/:=,+@%";

    /// <summary>The word as it is, or between quotes where a shell would take it for something else.</summary>
    public static string Of(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal)))
            return word;
        // Only between single quotes a POSIX shell takes these as they are.
        return word.AsSpan().ContainsAny("\"$`!") && !word.Contains('\'', StringComparison.Ordinal) ? $"'{word}'" : $"\"{Special().Replace(word, @"\$0")}\"";
    }

    /// <summary>What means something between double quotes too.</summary>
    [GeneratedRegex("[\"$`]")]
    private static partial Regex Special();
}
