namespace Hone.Engine.Generation;

/// <summary>Lets text through up to the first stop string, and holds back what may become one.</summary>
sealed class StopStringFilter(IReadOnlyList<string> stopStrings)
{
    string _held = "";

    /// <summary>Whether a stop string has come: nothing passes any more.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>The text that may be shown now.</summary>
    public string Add(string text)
    {
        if (HasStopped || text.Length == 0)
            return "";

        string all = _held + text;
        int stop = First(all);
        if (stop >= 0)
        {
            HasStopped = true;
            _held = "";
            return all[..stop];
        }

        int free = all.Length - LongestBeginning(all);
        _held = all[free..];
        return all[..free];
    }

    /// <summary>What was held back, when no more text comes.</summary>
    public string Finish()
    {
        string held = _held;
        _held = "";
        return held;
    }

    /// <summary>Where the first stop string begins; -1 where there is none.</summary>
    int First(string text)
    {
        int first = -1;
        foreach (string stop in stopStrings)
        {
            int at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
                first = at;
        }

        return first;
    }

    /// <summary>The length of the longest end of the text with which a stop string begins.</summary>
    int LongestBeginning(string text)
    {
        int longest = 0;
        foreach (string stop in stopStrings)
        {
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                    longest = length;
            }
        }

        return longest;
    }
}
