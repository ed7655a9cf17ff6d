using System.Runtime.InteropServices;

namespace Hone.Data.Quality.Similarity;

/// <summary>A text as the set of its short runs of words: two words together in English, three characters in Chinese. What most texts of a file share is left out, so that a common frame makes no two texts alike.</summary>
sealed class Shingles
{
    /// <summary>A text of fewer shingles is too short to be called nearly the same as another.</summary>
    public const int Fewest = 5;

    const int LearntTexts = 1000;
    const int FewestLearntTexts = 100;
    const double CommonShare = 0.2;
    const int WordRun = 2;
    const int CharacterRun = 3;

    readonly HashSet<uint> _common;

    Shingles(HashSet<uint> common) => _common = common;

    /// <summary>Learns from the first thousand different texts which shingles are common: those of more than a fifth. Fewer than a hundred texts tell nothing.</summary>
    public static Shingles Learn(IEnumerable<string> texts)
    {
        Shingles all = new([]);
        Dictionary<uint, int> counts = [];
        string[] different = [.. texts.Take(LearntTexts).DistinctBy(text => NormalText.Hash(NormalText.Of(text)))];
        foreach (string text in different)
            foreach (uint shingle in all.Of(text))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, shingle, out _)++;

        double most = different.Length < FewestLearntTexts ? double.PositiveInfinity : different.Length * CommonShare;
        return new Shingles([.. counts.Where(count => count.Value > most).Select(count => count.Key)]);
    }

    /// <summary>The distinct shingles in ascending order, each as a hash.</summary>
    public uint[] Of(string text)
    {
        List<ulong> words = WordsOf(NormalText.Of(text), out bool isChinese);
        int run = isChinese ? CharacterRun : WordRun;
        if (words.Count < run)
            return [];

        var shingles = new uint[words.Count - run + 1];
        int count = 0;
        for (int i = 0; i + run <= words.Count; i++)
        {
            ulong hash = 0;
            for (int j = i; j < i + run; j++)
                hash = NormalText.Mix(hash + words[j]);
            if (!_common.Contains((uint)hash))
                shingles[count++] = (uint)hash;
        }
        return Distinct(shingles.AsSpan(0, count));
    }

    /// <summary>How much two sets share: |a ∩ b| / |a ∪ b|.</summary>
    public static double Jaccard(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        (int i, int j, int shared) = (0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
                shared++;
            (bool first, bool second) = (a[i] <= b[j], b[j] <= a[i]);
            i += first ? 1 : 0;
            j += second ? 1 : 0;
        }
        int union = a.Length + b.Length - shared;
        return union == 0 ? 0 : (double)shared / union;
    }

    static uint[] Distinct(Span<uint> shingles)
    {
        shingles.Sort();
        int count = 0;
        for (int i = 0; i < shingles.Length; i++)
            if (i == 0 || shingles[i] != shingles[i - 1])
                shingles[count++] = shingles[i];
        return shingles[..count].ToArray();
    }

    /// <summary>Hashes of the words, where a Chinese character is a word; signs between them do not count, but those of mathematics do.</summary>
    static List<ulong> WordsOf(string text, out bool isChinese)
    {
        List<ulong> words = [];
        int characters = 0;
        int i = 0;
        while (i < text.Length)
        {
            int start = i++;
            if (NormalText.IsChinese(text[start]))
            {
                i += char.IsHighSurrogate(text[start]) && i < text.Length ? 1 : 0;
                characters++;
            }
            else if (char.IsLetterOrDigit(text[start]))
                while (i < text.Length && IsInWord(text, i))
                    i++;
            else if (!char.IsSymbol(text[start]))
                continue;
            words.Add(NormalText.Hash(text.AsSpan(start, i - start)));
        }
        isChinese = characters * 2 > words.Count;
        return words;
    }

    static bool IsInWord(string text, int i) =>
        (char.IsLetterOrDigit(text[i]) && !NormalText.IsChinese(text[i]))
        || (text[i] is '\'' or '’' or '.' or ',' && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]) && (text[i] is '\'' or '’' || char.IsDigit(text[i - 1])));
}
