using System.Text.RegularExpressions;
using Hone.Data.Quality.Similarity;
using Hone.Data.Spools;

namespace Hone.Data.Quality;

/// <summary>
/// The rows that ask the same or nearly the same, over all files, and which of their answers are the same. Rows with different instructions ask different things. A row without a prompt is known by its answer.
/// Keeps 30 bytes a row, and 8 more of one that is repeated.
/// </summary>
sealed partial class RepeatedPrompts(Shingles shingles, double similarity) : IDisposable
{
    // Where one prompt has more kinds of answers than that, the rest are compared to the letter only.
    const int MostKinds = 64;

    readonly NearDuplicates _prompts = new(shingles, similarity);
    readonly Shingles _answerShingles = Shingles.Learn([]);
    readonly ShingleFile _answerFile = new();
    readonly Column<ulong> _answers = new();
    readonly Column<uint> _promptNumbers = new();
    readonly Column<uint> _answerNumbers = new();
    int _judged;

    // After the second pass: the rows of all groups, one group behind the other, with the kinds of their answers, and where each group ends.
    int[] _members = [];
    int[] _kinds = [];
    readonly List<int> _ends = [];

    /// <summary>After the second pass: all groups of two rows or more, in the order of their first rows. Made anew each time, group by group.</summary>
    public IEnumerable<RepeatedRow[]> Groups
    {
        get
        {
            int start = 0;
            foreach (int end in _ends)
            {
                yield return [.. Enumerable.Range(start, end - start).Select(RowAt)];
                start = end;
            }
        }
    }

    public void Learn(Sample sample)
    {
        string asked = AskedOf(sample);
        _prompts.Add(asked, NormalText.Hash(sample.Instructions));
        _promptNumbers.Add(NumbersOf(asked));
        _answers.Add(NormalText.Hash(NormalText.Of(sample.Answer)));
        _answerNumbers.Add(NumbersOf(sample.Answer));
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
        _members = MembersOf(_prompts.FindFirsts(), _ends);
        _kinds = new int[_members.Length];
        int start = 0;
        foreach (int end in _ends)
        {
            FindKinds(_members.AsSpan(start..end), _kinds.AsSpan(start..end));
            start = end;
        }
    }

    public void Dispose()
    {
        _prompts.Dispose();
        _answerFile.Dispose();
    }

    // The frame that prompts share is not what an open-ended text is known by.
    static string AskedOf(Sample sample) => string.IsNullOrWhiteSpace(sample.Prompt) ? sample.Answer : sample.Prompt;

    RepeatedRow RowAt(int place)
    {
        int index = _members[place];
        return new RepeatedRow(index, _prompts.HashOf(index), _promptNumbers[index], _answers[index], _kinds[place]);
    }

    /// <summary>The rows that belong to another one, or that another one belongs to: sorted by the first row of their group, then by their own number.</summary>
    static int[] MembersOf(int[] first, List<int> ends)
    {
        var isRepeated = new bool[first.Length];
        for (int i = 0; i < first.Length; i++)
            if (first[i] != i)
                (isRepeated[first[i]], isRepeated[i]) = (true, true);
        int[] members = [.. Enumerable.Range(0, first.Length).Where(i => isRepeated[i])];
        long[] order = [.. members.Select(i => ((long)first[i] << 32) | (uint)i)];
        Array.Sort(order, members);
        for (int i = 1; i <= members.Length; i++)
            if (i == members.Length || first[members[i]] != first[members[i - 1]])
                ends.Add(i);
        return members;
    }

    void FindKinds(ReadOnlySpan<int> group, Span<int> kindOf)
    {
        Dictionary<ulong, int> kinds = [];
        List<(uint Numbers, uint[] Set, int Kind)> leaders = [];
        for (int i = 0; i < group.Length; i++)
        {
            ulong answer = _answers[group[i]];
            if (!kinds.TryGetValue(answer, out int kind))
                kinds.Add(answer, kind = KindOf(group[i], kinds.Count, leaders));
            kindOf[i] = kind;
        }
    }

    /// <summary>The kind of an answer that was not seen before: that of one nearly like it with the same numbers, or a new one.</summary>
    int KindOf(int index, int newKind, List<(uint Numbers, uint[] Set, int Kind)> leaders)
    {
        uint[] set = _answerFile.Read(index);
        if (set.Length < Shingles.Fewest)
            return newKind;
        foreach ((uint numbers, uint[] leader, int kind) in leaders)
            if (numbers == _answerNumbers[index] && Shingles.Jaccard(leader, set) >= similarity)
                return kind;
        if (leaders.Count < MostKinds)
            leaders.Add((_answerNumbers[index], set, newKind));
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
}

/// <summary>One row of a group that asks the same.</summary>
/// <param name="Prompt">Equal where the prompts are the same after normalisation.</param>
/// <param name="Numbers">Equal where the prompts have the same numbers.</param>
/// <param name="Answer">Equal where the answers are the same after normalisation.</param>
/// <param name="Kind">Equal, within the group, where the answers are the same or nearly so.</param>
readonly record struct RepeatedRow(int Index, ulong Prompt, uint Numbers, ulong Answer, int Kind);
