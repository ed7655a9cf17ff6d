namespace Hone.Engine.ChatTemplates;

/// <summary>A conversation as text, in segments that say where each part comes from; they follow one another without gaps.</summary>
public sealed record RenderedChat(string Text, IReadOnlyList<ChatSegment> Segments)
{
    /// <summary>Where each piece that the template wrote ends.</summary>
    internal IReadOnlyList<int> PieceEnds { get; init; } = [];

    /// <summary>The ranges of the text that repeat what users and assistants wrote; special tokens are ordinary text there.</summary>
    public IReadOnlyList<(int Start, int End)> ContentRanges
    {
        get
        {
            List<(int Start, int End)> ranges = [];
            foreach (ChatSegment segment in Segments.Where(segment => segment.IsContent))
            {
                if (ranges.Count > 0 && ranges[^1].End == segment.Start)
                    ranges[^1] = (ranges[^1].Start, segment.End);
                else
                    ranges.Add((segment.Start, segment.End));
            }
            return ranges;
        }
    }
}

/// <summary>
/// Part of a rendered conversation: <c>Message</c> is the message whose turn it is in (-1 outside all turns), <c>IsContent</c> whether it
/// repeats words of the conversation instead of the template's own, <c>IsGenerated</c> whether a <c>{% generation %}</c> block marks it.
/// </summary>
public readonly record struct ChatSegment(int Start, int End, int Message, bool IsContent, bool IsGenerated);
