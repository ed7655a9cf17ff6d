using System.Text;
using Hone.Data.Quality.Personal;

namespace Hone.Data.Quality;

/// <summary>The start of a text on one line, for people; personal data in it is not shown.</summary>
static class Excerpt
{
    const int Characters = 60;
    const int CharactersOfHalf = 40;

    /// <summary>Prompt and answer.</summary>
    public static string Of(Sample sample) => $"{Of(sample.Prompt, CharactersOfHalf)} → {Of(sample.Answer, CharactersOfHalf)}";

    public static string Of(string text, int characters = Characters)
    {
        StringBuilder line = new();
        foreach (Rune rune in PersonalData.Hide(Start(text, characters)).TrimStart().EnumerateRunes())
        {
            if (line.Length >= characters)
                return line.Append('…').ToString();
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
                line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }
        return line.ToString().TrimEnd();
    }

    // Enough that nothing personal is cut in two where the excerpt ends.
    static string Start(string text, int characters) => text.Length <= characters * 4 ? text : text[..(characters * 4)];
}
