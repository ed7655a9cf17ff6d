using System.Text;

namespace Hone.Engine.ChatTemplates;

/// <summary>Takes an answer apart while it grows: the words before, and the calls of tools. The answer keeps a <see cref="ToolCallFormat"/>, or was cut.</summary>
public sealed class ToolCallReader(ToolCallFormat format)
{
    readonly string[] _starts = format.Lead is null ? [format.Start] : [format.Start, format.Lead + format.Start];
    readonly StringBuilder _pending = new();
    readonly StringBuilder _arguments = new();
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
            State.Words => format.Tag is { } tag ? ReadWordsUpTo(tag, parts, isLast) : ReadWordsOrCall(parts, isLast),
            State.Name => format.HasArgumentsFirst ? ReadNameAfterArguments(parts) : ReadName(parts),
            State.Arguments => ReadArguments(parts),
            _ => ReadAfter(),
        };

    /// <summary>Up to the first call; white space waits for what follows it, as that before a call belongs to the template.</summary>
    bool ReadWordsUpTo(string tag, List<AnswerPart> parts, bool isLast)
    {
        string text = _pending.ToString();
        int call = text.IndexOf(tag, StringComparison.Ordinal);
        if (call >= 0)
        {
            Words(text[..call].TrimEnd(), parts);
            // After a tag the rest of what stands before the name must come, too.
            return text.Length - call < format.Start.Length ? Keep(text[call..]) : Begin(text[(call + format.Start.Length)..]);
        }

        int free = isLast ? text.Length : Free(text, tag);
        Words(text[..free], parts);
        Keep(text[free..]);
        return false;
    }

    /// <summary>How much of a text can no longer become the beginning of a call.</summary>
    static int Free(string text, string tag)
    {
        int length = Math.Min(tag.Length - 1, text.Length);
        while (!text.AsSpan(text.Length - length).SequenceEqual(tag.AsSpan(0, length)))
            length--;
        return text.AsSpan(0, text.Length - length).TrimEnd().Length;
    }

    /// <summary>A call is the whole answer, or there is none.</summary>
    bool ReadWordsOrCall(List<AnswerPart> parts, bool isLast)
    {
        string text = _pending.ToString();
        string trimmed = text.TrimStart();
        if (!_hasWords && _starts.FirstOrDefault(start => ToolCallFormat.BeginsWith(trimmed, start)) is { } begun)
            return Begin(trimmed[begun.Length..]);
        if (!_hasWords && !isLast && _starts.Any(start => ToolCallFormat.Agrees(trimmed, start)))
            return false;
        Words(text, parts);
        Keep("");
        return false;
    }

    void Words(string text, List<AnswerPart> parts)
    {
        if (text.Length == 0)
            return;
        _hasWords = true;
        parts.Add(new AnswerPart(text, Call: -1, Name: null));
    }

    /// <summary>A call, behind what stands before the first of name and arguments.</summary>
    bool Begin(string rest)
    {
        (_state, _depth, _isInString, _isEscaped) = (format.HasArgumentsFirst ? State.Arguments : State.Name, 0, false, false);
        _arguments.Clear();
        Keep(rest);
        return true;
    }

    bool ReadName(List<AnswerPart> parts)
    {
        string text = _pending.ToString();
        int end = EndOfName(text, format.Between);
        if (end < 0)
            return false;
        parts.Add(new AnswerPart("", Calls++, text[..end]));
        _state = State.Arguments;
        return Keep(text[(end + format.Between.Length)..]);
    }

    /// <summary>Only now is it known whose arguments they were.</summary>
    bool ReadNameAfterArguments(List<AnswerPart> parts)
    {
        string text = _pending.ToString();
        if (text.Length < format.Between.Length || EndOfName(text[format.Between.Length..], format.After) is not (>= 0 and var length))
            return false;
        parts.Add(new AnswerPart("", Calls++, text.Substring(format.Between.Length, length)));
        parts.Add(new AnswerPart(_arguments.ToString(), Calls - 1, Name: null));
        _state = State.After;
        return Keep(text[(format.Between.Length + length)..]);
    }

    static int EndOfName(string text, string behind)
    {
        for (int end = 0; end <= text.Length - behind.Length; end++)
        {
            if (ToolCallFormat.BeginsWith(text.AsSpan(end), behind))
                return end;
        }

        return -1;
    }

    bool ReadArguments(List<AnswerPart> parts)
    {
        string text = _pending.ToString();
        int at = 0;
        bool isWhole = false;
        for (; at < text.Length && !isWhole; at++)
            isWhole = Scan(text[at]);
        if (format.HasArgumentsFirst)
            _arguments.Append(text, 0, at);
        else if (at > 0)
            parts.Add(new AnswerPart(text[..at], Calls - 1, Name: null));
        if (isWhole)
            _state = format.HasArgumentsFirst ? State.Name : State.After;
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
        if (format.Separator is null || !ToolCallFormat.BeginsWith(_pending.ToString(), next))
            return false;
        return Begin(_pending.ToString(next.Length, _pending.Length - next.Length));
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
