using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Hone.Data.Augmentation.Words;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Analysis.Clustering;

/// <summary>The words that tell a cluster from the others, as its label.</summary>
public static class ClusterWords
{
    public const int Count = 5;

    const int ShortestWord = 3; // letters

    /// <summary>
    /// For each cluster its words with the largest p · ln(p / q), where p is the share of its texts with the word and q that of all texts: TF-IDF by class (Grootendorst 2022),
    /// with the part of each word in the divergence of the cluster from the whole (Kullback and Leibler 1951) in place of ln(1 + A/f), which words that are everywhere survive.
    /// Chinese is cut into words that the texts show to be words, and known ones.
    /// </summary>
    /// <param name="clusters">Of each text, from 0 on; below 0 it is in none and only helps to tell words.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IReadOnlyList<string> texts, IReadOnlyList<int> clusters)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(clusters);
        HashSet<string> shown = ChineseNewWords.Learn(texts.SelectMany(text => Wording.Run().Matches(text).Select(run => run.Value).Where(run => NormalText.IsChinese(run[0]))));
        ChineseWords chinese = new(shown.Concat(WordLists.Plain).Concat(WordLists.Fixed).Concat(WordLists.Light).Where(word => NormalText.IsChinese(word[0])));
        Dictionary<string, int>[] counts = [.. Enumerable.Range(0, clusters.Max() + 1).Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
        int[] sizes = new int[counts.Length];
        Dictionary<string, int> all = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < texts.Count; i++)
        {
            // A text that is repeated ten times would fill a label with its own words.
            if (!seen.Add(texts[i]))
                continue;
            HashSet<string> words = WordsOf(texts[i], chinese);
            foreach (string word in words)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(all, word, out _)++;
                if (clusters[i] >= 0)
                    CollectionsMarshal.GetValueRefOrAddDefault(counts[clusters[i]], word, out _)++;
            }
            if (clusters[i] >= 0)
                sizes[clusters[i]]++;
        }
        return [.. counts.Select((one, cluster) => Best(one, sizes[cluster], all, seen.Count))];
    }

    static string[] Best(Dictionary<string, int> counts, int size, Dictionary<string, int> all, int texts)
    {
        List<string> best = [];
        // A word of a single text tells about that text.
        IEnumerable<string> order = counts.Where(pair => pair.Value > 1 || size == 1)
            .OrderByDescending(pair => (double)pair.Value / size * Math.Log((double)pair.Value / size * texts / all[pair.Key]))
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key);
        foreach (string word in order)
        {
            if (best.Count == Count)
                break;
            if (!best.Any(other => Says(other, word)))
                best.Add(word);
        }
        return [.. best];
    }

    /// <summary>Whether one of the words is in the other: coffee and coffees, 股票 and 股票市场.</summary>
    static bool Says(string word, string other) =>
        word.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(word, StringComparison.Ordinal)
        || (NormalText.IsChinese(word[0]) && (word.Contains(other, StringComparison.Ordinal) || other.Contains(word, StringComparison.Ordinal)));

    static HashSet<string> WordsOf(string text, ChineseWords chinese)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (Match run in Wording.Run().Matches(text.ToLowerInvariant()))
        {
            if (!NormalText.IsChinese(run.Value[0]))
            {
                if (run.Length >= ShortestWord && IsTelling(run.Value))
                    words.Add(run.Value);
                continue;
            }
            foreach ((int start, int length) in chinese.Forward(run.Value))
                if (length > 1 && IsTelling(run.Value.Substring(start, length)))
                    words.Add(run.Value.Substring(start, length));
        }
        return words;
    }

    // What has an apostrophe is a contraction of such words: it's, I've.
    static bool IsTelling(string word) => !WordLists.Light.Contains(word) && !WordLists.Fixed.Contains(word) && !word.AsSpan().ContainsAny('\'', '’');
}
