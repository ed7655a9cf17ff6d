namespace Hone.Data.Endpoints;

/// <summary>Foreign text inside a message: on one line and not too long.</summary>
static class OneLine
{
    public static string Of(string text, int mostCharacters)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > mostCharacters ? line[..mostCharacters] + "…" : line;
    }
}
