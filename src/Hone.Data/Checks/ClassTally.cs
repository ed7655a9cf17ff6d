using System.Runtime.InteropServices;

namespace Hone.Data.Checks;

/// <summary>
/// Counts the answers of a file whose answers are classes: short ones, few enough to be kept, and fewer than a third of the examples, which is the published rule for a
/// classification.
/// </summary>
sealed class ClassTally
{
    const int MostClasses = 500;
    const int LongestName = 60;

    // Null once an answer showed that these are no classes.
    Dictionary<string, (long Count, Histogram Tokens)>? _classes = new(StringComparer.Ordinal);
    long _count;

    /// <param name="answer">Null for an example that has not one answer in words.</param>
    /// <param name="tokens">Of the example; null when they are not counted.</param>
    public void Add(string? answer, int? tokens)
    {
        _count++;
        if (_classes is null)
            return;
        if (answer?.Trim() is not { Length: > 0 and <= LongestName } name)
        {
            _classes = null;
            return;
        }
        ref (long Count, Histogram Tokens) found = ref CollectionsMarshal.GetValueRefOrAddDefault(_classes, name, out bool exists);
        found = (found.Count + 1, exists ? found.Tokens : new Histogram());
        if (tokens is { } length)
            found.Tokens.Add(length);
        if (_classes.Count > MostClasses)
            _classes = null;
    }

    public void Add(ClassTally other)
    {
        _count += other._count;
        if (_classes is null || other._classes is null)
        {
            _classes = null;
            return;
        }
        foreach ((string name, (long count, Histogram tokens)) in other._classes)
        {
            ref (long Count, Histogram Tokens) found = ref CollectionsMarshal.GetValueRefOrAddDefault(_classes, name, out bool exists);
            found = (found.Count + count, exists ? found.Tokens : new Histogram());
            found.Tokens.Add(tokens);
        }
        if (_classes.Count > MostClasses)
            _classes = null;
    }

    /// <summary>The largest class first; none when the answers are no classes.</summary>
    public IReadOnlyList<ClassSummary> Summarise() =>
        _classes is { Count: > 1 } && _classes.Count * 3L < _count
            ? [.. _classes.Select(found => new ClassSummary(found.Key, found.Value.Count, found.Value.Tokens.Summarise())).OrderByDescending(summary => summary.Count).ThenBy(summary => summary.Name, StringComparer.Ordinal)]
            : [];
}

/// <summary>One class of a classification.</summary>
/// <param name="Tokens">Per example of this class; null when tokens were not counted.</param>
public sealed record ClassSummary(string Name, long Count, Distribution? Tokens);
