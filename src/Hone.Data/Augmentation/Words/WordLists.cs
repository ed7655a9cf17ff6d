namespace Hone.Data.Augmentation.Words;

/// <summary>What is known of words besides their synonyms: which carry little and may be left out, which hold a sentence together and stay where they are, and which only tell Chinese words apart.</summary>
static class WordLists
{
    static readonly string[] Files = ["words-en.tsv", "words-zh.tsv"];

    /// <summary>Words that may be left out.</summary>
    public static readonly HashSet<string> Light = Read("light");

    /// <summary>Words that are neither moved nor left out: negations, question words, prepositions, pronouns, numbers.</summary>
    public static readonly HashSet<string> Fixed = Read("fixed");

    /// <summary>Other words of Chinese.</summary>
    public static readonly HashSet<string> Plain = Read("plain");

    /// <summary>Words that turn round what follows them, so that it stays too.</summary>
    public static bool IsNegation(string word) =>
        word is "not" or "no" or "never" or "neither" or "nor" or "without" or "hardly" or "barely" or "scarcely" or "cannot"
        || word.EndsWith("n't", StringComparison.Ordinal)
        || word.EndsWith("n’t", StringComparison.Ordinal)
        || (word[0] is '不' or '没' or '无' or '未' or '别' or '非' && Fixed.Contains(word));

    /// <summary>The lines of a built-in table.</summary>
    public static string[] Lines(string name)
    {
        using Stream stream = typeof(WordLists).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n');
    }

    static HashSet<string> Read(string kind) =>
        new(
            Files.SelectMany(Lines).Select(line => line.Split('\t')).Where(cells => cells[0] == kind).SelectMany(cells => cells.Skip(1)),
            StringComparer.OrdinalIgnoreCase
        );
}
