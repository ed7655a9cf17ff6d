using System.Runtime.InteropServices;

namespace Hone.Data.Analysis.Clustering;

/// <summary>Words of Chinese that texts themselves show, without a dictionary: characters that keep together, in changing company.</summary>
/// <remarks>
/// Cohesion: the run is much likelier than its two parts by chance, wherever it is cut. Freedom: the entropy of the characters before it and after it is large, so that it is no piece of a longer word
/// (branching entropy: Jin and Tanaka-Ishii 2006).
/// </remarks>
static class ChineseNewWords
{
    const int Longest = 4;
    const int Fewest = 3;          // occurrences; of fewer nothing can be said
    const double Cohesion = 12;    // times likelier than by chance
    const double Freedom = 0.9;    // nats, about two and a half neighbours
    const int MostCharacters = 2_000_000;

    /// <summary>Characters of grammar that begin and end no word worth showing.</summary>
    const string Grammar = "的了很真太挺都就也还又再才吗呢吧啊呀嘛哦啦地得着是在和与我你他她它这那不没有被把对给们上下个一为而及之其以将从向";

    /// <param name="runs">Runs of Chinese characters.</param>
    public static HashSet<string> Learn(IEnumerable<string> runs)
    {
        List<string> read = [];
        int characters = 0;
        foreach (string run in runs)
        {
            read.Add(run);
            if ((characters += run.Length) > MostCharacters)
                break;
        }
        Dictionary<string, int> counts = Count(read);
        double all = characters;
        HashSet<string> cohesive = [.. counts.Where(pair => pair.Key.Length > 1 && pair.Value >= Fewest && IsWord(pair.Key) && IsCohesive(pair.Key, counts, all)).Select(pair => pair.Key)];
        return Free(cohesive, read);
    }

    static Dictionary<string, int> Count(List<string> runs)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string run in runs)
            for (int start = 0; start < run.Length; start++)
                for (int length = 1; length <= Math.Min(Longest, run.Length - start); length++)
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, run.Substring(start, length), out _)++;
        return counts;
    }

    static bool IsWord(string word) => !Grammar.Contains(word[0], StringComparison.Ordinal) && !Grammar.Contains(word[^1], StringComparison.Ordinal);

    static bool IsCohesive(string word, Dictionary<string, int> counts, double all)
    {
        for (int cut = 1; cut < word.Length; cut++)
            if (counts[word] * all < Cohesion * counts[word[..cut]] * counts[word[cut..]])
                return false;
        return true;
    }

    static HashSet<string> Free(HashSet<string> words, List<string> runs)
    {
        Dictionary<string, (Dictionary<char, int> Before, Dictionary<char, int> After)> company = words.ToDictionary(word => word, _ => (new Dictionary<char, int>(), new Dictionary<char, int>()), StringComparer.Ordinal);
        // An edge of a run is a neighbour of its own kind each time: nothing speaks for a longer word there.
        Dictionary<string, (int Before, int After)> edges = new(StringComparer.Ordinal);
        foreach (string run in runs)
            for (int start = 0; start < run.Length; start++)
                for (int length = 2; length <= Math.Min(Longest, run.Length - start); length++)
                {
                    string word = run.Substring(start, length);
                    if (!company.TryGetValue(word, out (Dictionary<char, int> Before, Dictionary<char, int> After) beside))
                        continue;
                    (int before, int after) = edges.GetValueOrDefault(word);
                    int end = start + length;
                    if (start > 0)
                        CollectionsMarshal.GetValueRefOrAddDefault(beside.Before, run[start - 1], out _)++;
                    if (end < run.Length)
                        CollectionsMarshal.GetValueRefOrAddDefault(beside.After, run[end], out _)++;
                    edges[word] = (before + (start == 0 ? 1 : 0), after + (end == run.Length ? 1 : 0));
                }
        return [.. company.Where(pair => Entropy(pair.Value.Before, edges[pair.Key].Before) >= Freedom && Entropy(pair.Value.After, edges[pair.Key].After) >= Freedom).Select(pair => pair.Key)];
    }

    static double Entropy(Dictionary<char, int> counts, int edges)
    {
        double all = counts.Values.Sum() + edges;
        return counts.Values.Concat(Enumerable.Repeat(1, edges)).Sum(count => -(count / all) * Math.Log(count / all));
    }
}
