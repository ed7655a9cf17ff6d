namespace Hone.Data.Endpoints;

/// <summary>Foreign text inside a message: on one line, not too long, and without characters that steer terminals.</summary>
public static class OneLine
{
    public static string Of(string text, int mostCharacters)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(letter => !char.IsControl(letter)));
        // The middle of a surrogate pair is no place to cut.
        return line.Length > mostCharacters ? line[..(char.IsHighSurrogate(line[mostCharacters - 1]) ? mostCharacters - 1 : mostCharacters)] + "…" : line;
    }
}
