namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Positions in a string as Python counts them, by code point, against positions in UTF-16.</summary>
static class CodePoints
{
    public static int Count(string value)
    {
        int count = value.Length;
        for (int i = 0; i + 1 < value.Length; i++)
            if (char.IsSurrogatePair(value[i], value[i + 1]))
            {
                count--;
                i++;
            }
        return count;
    }

    /// <summary>Where each code point starts, and behind the last of them the length.</summary>
    public static int[] Starts(string value)
    {
        List<int> starts = new(value.Length + 1);
        for (int i = 0; i < value.Length; i += char.IsSurrogatePair(value, i) ? 2 : 1)
            starts.Add(i);
        starts.Add(value.Length);
        return [.. starts];
    }
}
