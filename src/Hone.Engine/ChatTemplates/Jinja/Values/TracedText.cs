namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>A string that knows, for each of its characters, where it comes from. Two texts are equal when their characters are.</summary>
sealed class TracedText : IEquatable<TracedText>
{
    public static readonly TracedText Empty = new("", []);

    readonly Run[] _runs;

    TracedText(string value, Run[] runs)
    {
        Value = value;
        _runs = runs;
    }

    public string Value { get; }

    public ReadOnlySpan<Run> Runs => _runs;

    /// <summary>The number of characters as Python counts them: a surrogate pair is one.</summary>
    public int Length => CodePoints.Count(Value);

    public static TracedText Of(string value) => Of(value, Origin.Template);

    public static TracedText Of(string value, Origin origin) =>
        value.Length == 0 ? Empty : new TracedText(value, [new Run(value.Length, origin)]);

    internal static TracedText Of(string value, Run[] runs) => value.Length == 0 ? Empty : new TracedText(value, runs);

    /// <summary>The part of <paramref name="length"/> UTF-16 units from <paramref name="start"/>.</summary>
    public TracedText Slice(int start, int length)
    {
        if (length <= 0)
            return Empty;
        if (length == Value.Length)
            return this;

        List<Run> runs = [];
        foreach (Run run in _runs)
        {
            int end = Math.Min(run.End, start + length) - start;
            if (end > 0 && (runs.Count == 0 || end > runs[^1].End))
                runs.Add(new Run(end, run.Origin));
            if (run.End >= start + length)
                break;
        }

        return new TracedText(Value.Substring(start, length), [.. runs]);
    }

    /// <summary>Other characters at the same places, as a change of case makes them.</summary>
    public TracedText WithCharacters(string value) =>
        value.Length == Value.Length ? new TracedText(value, _runs) : Of(value, _runs.Length == 0 ? Origin.Template : _runs[0].Origin);

    /// <summary>This text without the given characters (white space when none are given) at its ends.</summary>
    public TracedText Trim(string? characters, bool atStart = true, bool atEnd = true)
    {
        int start = 0;
        int end = Value.Length;
        while (atStart && start < end && IsTrimmed(Value[start], characters))
            start++;
        while (atEnd && end > start && IsTrimmed(Value[end - 1], characters))
            end--;
        return Slice(start, end - start);
    }

    public bool Equals(TracedText? other) => other is not null && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as TracedText);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    static bool IsTrimmed(char c, string? characters) =>
        characters is null ? char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f' : characters.Contains(c, StringComparison.Ordinal);
}
