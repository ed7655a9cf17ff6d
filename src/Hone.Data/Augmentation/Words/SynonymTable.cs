using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Augmentation.Words;

/// <summary>Words that may stand for each other. A file has a group per line, its words separated by tabs; <c>#</c> begins a comment.</summary>
public sealed class SynonymTable
{
    static readonly Lazy<SynonymTable> Own = new(() => Parse([.. WordLists.Lines("synonyms-en.tsv"), .. WordLists.Lines("synonyms-zh.tsv")], ""));

    readonly Dictionary<string, List<string>> _others = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Some hundred everyday words of each language.</summary>
    public static SynonymTable BuiltIn => Own.Value;

    public int Groups { get; private set; }

    /// <summary>All words and phrases.</summary>
    public IEnumerable<string> Words => _others.Keys;

    /// <exception cref="HoneException">There is no such file, or a line has a single word.</exception>
    public static SynonymTable Read(string path)
    {
        SynonymTable table = Parse(Utf8Text.Read(path).Split('\n'), path);
        return table.Groups > 0 ? table : throw new HoneException(Text.Of($"{path} has no synonyms. Write a group per line, its words separated by tabs.", $"{path} 中没有同义词。请每行写一组，用制表符分隔。"));
    }

    /// <summary>What may stand for a word; empty where nothing may.</summary>
    public IReadOnlyList<string> Of(string word) => _others.TryGetValue(word.Replace('’', '\''), out List<string>? others) ? others : [];

    static SynonymTable Parse(string[] lines, string path)
    {
        SynonymTable table = new();
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim('\r', '\ufeff', ' ');
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] group = [.. line.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (group.Length < 2)
                throw new HoneException(Text.Of($"{path} line {i + 1} has the single word '{line}'. Write at least two, separated by tabs.", $"{path} 第 {i + 1} 行只有一个词“{line}”。请至少写两个，用制表符分隔。"));
            table.Add(group);
        }
        return table;
    }

    void Add(string[] group)
    {
        Groups++;
        foreach (string word in group)
        {
            if (!_others.TryGetValue(word, out List<string>? others))
                _others.Add(word, others = []);
            others.AddRange(group.Where(other => other != word && !others.Contains(other)));
        }
    }
}
