namespace Hone.Data.Augmentation.Words;

/// <summary>
/// Chinese words by maximum matching, from the left and from the right. A word counts where both ways agree and known words, or the edge of the run, stand on both of its sides:
/// what is replaced there breaks no other word.
/// </summary>
sealed class ChineseWords
{
    readonly HashSet<string> _words;
    readonly int _longest;

    public ChineseWords(IEnumerable<string> words)
    {
        _words = [.. words];
        _longest = _words.Max(word => word.Length);
    }

    /// <summary>The words of a run of Chinese characters that are certain.</summary>
    public IEnumerable<(int Start, int Length)> Find(string run)
    {
        List<(int Start, int Length)> forward = Forward(run);
        HashSet<(int, int)> backward = [.. Backward(run)];
        for (int i = 0; i < forward.Count; i++)
            if (IsCertain(i) && (i == 0 || IsCertain(i - 1)) && (i == forward.Count - 1 || IsCertain(i + 1)))
                yield return forward[i];

        bool IsCertain(int i) => backward.Contains(forward[i]) && _words.Contains(run.Substring(forward[i].Start, forward[i].Length));
    }

    /// <summary>The whole run in words from the left, each the longest that is known; what is in none is a word of one character.</summary>
    public List<(int Start, int Length)> Forward(string run)
    {
        List<(int, int)> words = [];
        for (int start = 0; start < run.Length;)
        {
            int length = Math.Min(_longest, run.Length - start);
            while (length > 1 && !_words.Contains(run.Substring(start, length)))
                length--;
            words.Add((start, length));
            start += length;
        }
        return words;
    }

    List<(int Start, int Length)> Backward(string run)
    {
        List<(int, int)> words = [];
        for (int end = run.Length; end > 0;)
        {
            int length = Math.Min(_longest, end);
            while (length > 1 && !_words.Contains(run.Substring(end - length, length)))
                length--;
            words.Add((end - length, length));
            end -= length;
        }
        return words;
    }
}
