using System.Text;

namespace Hone.Engine.ChatTemplates;

/// <summary>Takes an answer apart while it grows: the words before, and the calls of tools. The answer keeps a <see cref="ToolCallFormat"/>, or was cut.</summary>
public sealed class ToolCallReader(ToolCallFormat format)
{
    readonly string _start = format.Before.TrimStart();
    readonly StringBuilder _pending = new();
    State _state;
    int _depth;
    bool _isInString, _isEscaped, _hasWords;

    enum State
    {
        Words,
        Name,
        Arguments,
        After,
    }

    /// <summary>How many calls have begun.</summary>
    public int Calls { get; private set; }

    /// <summary>What the next piece of the answer adds.</summary>
    /// <param name="isLast">Whether the answer ends with it.</param>
    public IReadOnlyList<AnswerPart> Add(string text, bool isLast)
    {
        _pending.Append(text);
        var parts = new List<AnswerPart>();
        while (Step(parts, isLast)) { }
        return parts;
    }

    bool Step(List<AnswerPart> parts, bool isLast) =>
        _state switch
        {
            State.Words => ReadWords(parts, isLast),
            State.Name => ReadName(parts),
            State.Arguments => ReadArguments(parts),
            _ => ReadAfter(),
        };

    /// <summary>Up to the first call; white space waits for what follows it, as that before a call belongs to the template.</summary>
    bool ReadWords(List<AnswerPart> parts, bool isLast)
    {
        string text = _pending.ToString();
        string mark = format.Tag ?? _start;
        int call = format.Tag is not null ? text.IndexOf(mark, StringComparison.Ordinal)
            : !_hasWords && text.AsSpan().TrimStart().StartsWith(mark, StringComparison.Ordinal) ? text.Length - text.AsSpan().TrimStart().Length
            : -1;
        if (call >= 0)
        {
            Words(text[..call].TrimEnd(), parts);
            // After a tag the rest of what stands before the name must come, too.
            if (text.Length - call < _start.Length)
                return Keep(text[call..]);
            _state = State.Name;
            return Keep(text[(call + _start.Length)..]);
        }

        int free = isLast ? text.Length : Free(text, mark);
        Words(text[..free], parts);
        Keep(text[free..]);
        return false;
    }

    /// <summary>How much of a text can no longer become the beginning of a call.</summary>
    int Free(string text, string mark)
    {
        if (format.Tag is null)
        {
            ReadOnlySpan<char> trimmed = text.AsSpan().TrimStart();
            return _hasWords || !mark.AsSpan().StartsWith(trimmed, StringComparison.Ordinal) ? text.Length : 0;
        }

        int length = Math.Min(mark.Length - 1, text.Length);
        while (!text.AsSpan(text.Length - length).SequenceEqual(mark.AsSpan(0, length)))
            length--;
        return text.AsSpan(0, text.Length - length).TrimEnd().Length;
    }

    void Words(string text, List<AnswerPart> parts)
    {
        if (text.Length == 0)
            return;
        _hasWords = true;
        parts.Add(new AnswerPart(text, Call: -1, Name: null));
    }

    bool ReadName(List<AnswerPart> parts)
    {
        string text = _pending.ToString();
        int end = text.IndexOf(format.Between, StringComparison.Ordinal);
        if (end < 0)
            return false;
        parts.Add(new AnswerPart("", Calls++, text[..end]));
        (_state, _depth, _isInString, _isEscaped) = (State.Arguments, 0, false, false);
        return Keep(text[(end + format.Between.Length)..]);
    }

    bool ReadArguments(List<AnswerPart> parts)
    {
        string text = _pending.ToString();
        int at = 0;
        bool isWhole = false;
        for (; at < text.Length && !isWhole; at++)
            isWhole = Scan(text[at]);
        if (at > 0)
            parts.Add(new AnswerPart(text[..at], Calls - 1, Name: null));
        if (isWhole)
            _state = State.After;
        Keep(text[at..]);
        return isWhole;
    }

    /// <summary>Whether a character ends the object of the arguments.</summary>
    bool Scan(char c)
    {
        if (_isInString)
        {
            _isInString = _isEscaped || c != '"';
            _isEscaped = !_isEscaped && c == '\\';
            return false;
        }

        _isInString = c == '"';
        _depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
        return _depth == 0;
    }

    bool ReadAfter()
    {
        string next = format.After + format.Separator;
        if (format.Separator is null || !_pending.ToString().StartsWith(next, StringComparison.Ordinal))
            return false;
        _state = State.Name;
        return Keep(_pending.ToString(next.Length, _pending.Length - next.Length));
    }

    /// <summary>Returns whether something is left to read.</summary>
    bool Keep(string rest)
    {
        bool hasChanged = rest.Length < _pending.Length;
        _pending.Clear().Append(rest);
        return hasChanged;
    }
}

/// <summary>A piece of an answer.</summary>
/// <param name="Text">Words, or a stretch of a call's arguments.</param>
/// <param name="Call">The number of the call; -1 for words.</param>
/// <param name="Name">Of a call that begins.</param>
public readonly record struct AnswerPart(string Text, int Call, string? Name);
