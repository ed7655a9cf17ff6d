using System.Text.RegularExpressions;
using Hone.Data.Quality.Similarity;
using Hone.Data.Spools;

namespace Hone.Data.Quality;

/// <summary>
/// The rows that ask the same or nearly the same, over all files, and which of their answers are the same. Rows with different instructions ask different things. A row without a prompt is known by its answer.
/// Keeps 14 bytes a row, and 8 more of one that may be repeated; what is noted of the rows lies in temporary files.
/// </summary>
sealed partial class RepeatedPrompts(Shingles shingles, double similarity) : IDisposable
{
    // Where one prompt has more kinds of answers than that, the rest are compared to the letter only.
    const int MostKinds = 64;

    readonly NearDuplicates _prompts = new(shingles, similarity);
    readonly Shingles _answerShingles = Shingles.Learn([]);
    readonly ShingleFile _answerFile = new();
    readonly NumberFile<AskedRow> _rows = new();
    int _judged;

    // After the second pass: the rows of all groups, one group behind the other, and how many rows each group has.
    readonly NumberFile<RepeatedRow> _members = new();
    readonly Column<int> _sizes = new();

    /// <summary>After the second pass: all groups of two rows or more, in the order of their first rows. Made anew each time, group by group.</summary>
    public IEnumerable<RepeatedRow[]> Groups
    {
        get
        {
            using IEnumerator<RepeatedRow> members = _members.InOrder().GetEnumerator();
            for (int group = 0; group < _sizes.Count; group++)
            {
                var rows = new RepeatedRow[_sizes[group]];
                for (int i = 0; i < rows.Length && members.MoveNext(); i++)
                    rows[i] = members.Current;
                yield return rows;
            }
        }
    }

    public void Learn(Sample sample)
    {
        string asked = AskedOf(sample);
        ulong prompt = _prompts.Add(asked, NormalText.Hash(sample.Instructions));
        _rows.Add(new AskedRow(prompt, NormalText.Hash(NormalText.Of(sample.Answer)), NumbersOf(asked), NumbersOf(sample.Answer)));
    }

    public void EndLearning() => _prompts.EndFirstPass();

    public void Judge(Sample sample)
    {
        _prompts.AddAgain(AskedOf(sample));
        if (_prompts.MayRepeat(_judged))
            _answerFile.Add(_judged, _answerShingles.Of(sample.Answer));
        _judged++;
    }

    public void EndJudging()
    {
        int[] first = _prompts.FindFirsts();
        int[] members = MembersOf(first);
        for (int start = 0, end; start < members.Length; start = end)
        {
            end = start + 1;
            while (end < members.Length && first[members[end]] == first[members[start]])
                end++;
            AddGroup(members.AsSpan(start..end));
            _sizes.Add(end - start);
        }
    }

    public void Dispose()
    {
        _prompts.Dispose();
        _answerFile.Dispose();
        _rows.Dispose();
        _members.Dispose();
    }

    // The frame that prompts share is not what an open-ended text is known by.
    static string AskedOf(Sample sample) => string.IsNullOrWhiteSpace(sample.Prompt) ? sample.Answer : sample.Prompt;

    /// <summary>The rows that belong to another one, or that another one belongs to: sorted by the first row of their group, then by their own number.</summary>
    static int[] MembersOf(int[] first)
    {
        var isRepeated = new bool[first.Length];
        for (int i = 0; i < first.Length; i++)
            if (first[i] != i)
                (isRepeated[first[i]], isRepeated[i]) = (true, true);
        var members = new int[isRepeated.AsSpan().Count(true)];
        int count = 0;
        for (int i = 0; i < first.Length; i++)
            if (isRepeated[i])
                members[count++] = i;
        Array.Sort([.. members.Select(i => ((long)first[i] << 32) | (uint)i)], members);
        return members;
    }

    /// <summary>Finds the kinds of a group's answers.</summary>
    void AddGroup(ReadOnlySpan<int> group)
    {
        Dictionary<ulong, int> kinds = [];
        List<(uint Numbers, uint[] Set, int Kind)> leaders = [];
        foreach (int index in group)
        {
            AskedRow row = _rows[index];
            if (!kinds.TryGetValue(row.Answer, out int kind))
                kinds.Add(row.Answer, kind = KindOf(index, row.AnswerNumbers, kinds.Count, leaders));
            _members.Add(new RepeatedRow(index, row.Prompt, row.PromptNumbers, row.Answer, kind));
        }
    }

    /// <summary>The kind of an answer that was not seen before: that of one nearly like it with the same numbers, or a new one.</summary>
    int KindOf(int index, uint answerNumbers, int newKind, List<(uint Numbers, uint[] Set, int Kind)> leaders)
    {
        uint[] set = _answerFile.Read(index);
        if (set.Length < Shingles.Fewest)
            return newKind;
        foreach ((uint numbers, uint[] leader, int kind) in leaders)
            if (numbers == answerNumbers && Shingles.Jaccard(leader, set) >= similarity)
                return kind;
        if (leaders.Count < MostKinds)
            leaders.Add((answerNumbers, set, newKind));
        return newKind;
    }

    /// <summary>A hash of the numbers in a text, in order: texts that differ in one of them do not say the same.</summary>
    public static uint NumbersOf(string text)
    {
        ulong hash = 0;
        foreach (ValueMatch number in Number().EnumerateMatches(text))
            hash = NormalText.Mix(hash + NormalText.Hash(text.AsSpan(number.Index, number.Length)));
        return (uint)hash;
    }

    [GeneratedRegex(@"[0-9]+(?:\.[0-9]+)?")]
    private static partial Regex Number();

    /// <summary>What is noted of a row when it is first read: hashes of its texts after normalisation, and of the numbers in them.</summary>
    readonly record struct AskedRow(ulong Prompt, ulong Answer, uint PromptNumbers, uint AnswerNumbers);
}

/// <summary>One row of a group that asks the same.</summary>
/// <param name="Prompt">Equal where the prompts are the same after normalisation.</param>
/// <param name="Numbers">Equal where the prompts have the same numbers.</param>
/// <param name="Answer">Equal where the answers are the same after normalisation.</param>
/// <param name="Kind">Equal, within the group, where the answers are the same or nearly so.</param>
readonly record struct RepeatedRow(int Index, ulong Prompt, uint Numbers, ulong Answer, int Kind);
