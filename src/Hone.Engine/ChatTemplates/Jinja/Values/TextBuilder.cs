using System.Text;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Joins pieces of text and keeps the origin of each; what it writes is charged to the budget of the rendering.</summary>
sealed class TextBuilder(Budget budget)
{
    readonly StringBuilder _characters = new();
    readonly List<Run> _runs = [];

    public int Length => _characters.Length;

    public TextBuilder Append(TracedText text)
    {
        int start = _characters.Length;
        Write(text.Value);
        foreach (Run run in text.Runs)
            Extend(start + run.End, run.Origin);
        return this;
    }

    public TextBuilder Append(string text, Origin origin)
    {
        Write(text);
        Extend(_characters.Length, origin);
        return this;
    }

    /// <summary>Appends what the template writes out while it is at <paramref name="message"/>; text that has a message already keeps it.</summary>
    public void Emit(TracedText text, int message, bool isGenerated)
    {
        int start = _characters.Length;
        Write(text.Value);
        foreach (Run run in text.Runs)
        {
            Origin origin = run.Origin;
            int context = origin.Context == Origin.NoMessage ? message : origin.Context;
            Extend(start + run.End, new Origin(origin.Source, context, origin.IsGenerated || isGenerated));
        }
    }

    public TracedText ToText() => TracedText.Of(_characters.ToString(), [.. _runs]);

    void Write(string text)
    {
        budget.ChargeCharacters(text.Length);
        _characters.Append(text);
    }

    void Extend(int end, Origin origin)
    {
        if (_runs.Count > 0 && (_runs[^1].End == end || _runs[^1].Origin == origin))
        {
            if (_runs[^1].End < end)
                _runs[^1] = new Run(end, origin);
        }
        else if (end > 0)
        {
            _runs.Add(new Run(end, origin));
        }
    }
}
