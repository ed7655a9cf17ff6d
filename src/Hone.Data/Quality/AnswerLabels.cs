using System.Runtime.InteropServices;

namespace Hone.Data.Quality;

/// <summary>Whether the answers of the training file are classes, and how many examples each has: few short answers that come again and again, and at most one in twenty of another kind.</summary>
sealed class AnswerLabels
{
    const int MostClasses = 500;
    const int MostDifferent = 5000;
    const int LongestName = 60;
    const double MostStrays = 0.05;

    // By part; null once there are too many different answers.
    readonly Dictionary<string, int>?[] _counts = [new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal)];
    int _trainRows;
    HashSet<string>? _classes;

    public void Add(DataPart part, string answer)
    {
        _trainRows += part == DataPart.Train ? 1 : 0;
        ref Dictionary<string, int>? counts = ref _counts[(int)part];
        if (counts is null || answer.Trim() is not { Length: > 0 and <= LongestName } name)
            return;
        CollectionsMarshal.GetValueRefOrAddDefault(counts, name, out _)++;
        if (counts.Count > MostDifferent)
            counts = null;
    }

    /// <summary>After the first pass: the classes of the training file, the largest first; empty where the answers are no classes.</summary>
    public IReadOnlyList<(string Name, int Count)> Classes { get; private set; } = [];

    public bool AreClasses => Classes.Count > 0;

    public void EndLearning()
    {
        (string Name, int Count)[] repeated =
        [
            .. (_counts[(int)DataPart.Train] ?? []).Where(count => count.Value > 1).Select(count => (count.Key, count.Value)).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal),
        ];
        int strays = _trainRows - repeated.Sum(one => one.Count);
        if (repeated.Length <= MostClasses && repeated.Length * 3 < _trainRows && strays <= _trainRows * MostStrays)
            Classes = repeated;
        _classes = [.. Classes.Select(one => one.Name)];
    }

    public bool IsClass(string answer) => _classes!.Contains(answer.Trim());

    /// <summary>The short answers of a part with their counts; empty where there are too many different ones.</summary>
    public IReadOnlyDictionary<string, int> CountsOf(DataPart part) => _counts[(int)part] ?? [];
}
