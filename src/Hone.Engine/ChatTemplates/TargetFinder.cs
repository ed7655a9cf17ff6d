namespace Hone.Engine.ChatTemplates;

/// <summary>What the model is to write itself in one assistant message: from behind the header up to and with the end of the turn.</summary>
public readonly record struct ChatTarget(int Start, int End, int Message);

/// <summary>Finds the targets of a rendered conversation by the origin of its segments, never by searching for the words of a message.</summary>
sealed class TargetFinder(ChatTemplate template, IReadOnlyCollection<string> endTokens, IReadOnlyCollection<string> specialTokens)
{
    readonly GenerationPrompt _generationPrompt = new(template);

    public List<ChatTarget> Find(Conversation conversation, RenderedChat rendered)
    {
        List<ChatTarget> targets = [];
        for (int i = 0; i < conversation.Messages.Count; i++)
        {
            if (!conversation.Messages[i].IsAssistant)
                continue;
            ChatSegment[] turn = [.. rendered.Segments.Where(segment => segment.Message == i)];
            if (turn.Length == 0)
                continue;

            int start = Start(conversation, i, rendered.Text, turn);
            int end = End(rendered, turn, start, isLast: i == conversation.Messages.Count - 1);
            if (end > start)
                targets.Add(new ChatTarget(start, end, i));
        }
        return targets;
    }

    int Start(Conversation conversation, int index, string text, ChatSegment[] turn)
    {
        foreach (ChatSegment segment in turn)
            if (segment.IsGenerated)
                return segment.Start;

        // Only the template's own words can be a header: an answer may begin with the same letters.
        int words = turn.Where(segment => segment.IsContent).Select(segment => segment.Start).FirstOrDefault(turn[^1].End);
        return BehindHeader(text, turn[0].Start, words, _generationPrompt.Before(conversation, index));
    }

    /// <summary>Behind the whole header, which may begin in the turn before, or behind as much of it as the template repeats.</summary>
    static int BehindHeader(string text, int turnStart, int words, string header)
    {
        for (int start = turnStart; start >= Math.Max(0, turnStart - header.Length); start--)
            if (start + header.Length <= words && text.AsSpan(start).StartsWith(header))
                return Math.Max(turnStart, start + header.Length);
        return turnStart + text.AsSpan(turnStart, words - turnStart).CommonPrefixLength(header);
    }

    /// <summary>
    /// Behind the token that ends the turn: the first end token after the words, else the last special token, else what is marked as
    /// generated, else all that the template adds.
    /// </summary>
    int End(RenderedChat rendered, ChatSegment[] turn, int start, bool isLast)
    {
        string text = rendered.Text;
        int words = Math.Max(start, turn.Where(segment => segment.IsContent).Select(segment => segment.End).LastOrDefault(start));
        int turnEnd = turn[^1].End;

        if (First(endTokens, text, words, turnEnd) is >= 0 and int first)
            return first;
        if (LastSpecial(text, words, turnEnd) is >= 0 and int last)
            return last;
        if (turn.Where(segment => segment.IsGenerated).Select(segment => segment.End).LastOrDefault(-1) is >= 0 and int marked)
            return marked;
        return Math.Max(turnEnd, EndOutside(rendered, turn, turnEnd, isLast));
    }

    /// <summary>The end that stands outside the turn: some templates end the conversation instead, or write the last answer behind their loop.</summary>
    int EndOutside(RenderedChat rendered, ChatSegment[] turn, int turnEnd, bool isLast)
    {
        string text = rendered.Text;
        if (!turn.All(segment => segment.IsContent))
            return isLast && endTokens.FirstOrDefault(token => text.AsSpan(turnEnd).StartsWith(token)) is { } closing ? turnEnd + closing.Length : -1;

        int next = rendered
            .Segments.Where(segment => segment.Start >= turnEnd)
            .TakeWhile(segment => segment.Message < 0 && !segment.IsContent)
            .Select(segment => segment.End)
            .LastOrDefault(turnEnd);
        int end = First(endTokens, text, turnEnd, next);
        return end >= 0 ? end : First(specialTokens, text, turnEnd, next);
    }

    static int First(IReadOnlyCollection<string> tokens, string text, int from, int to) =>
        tokens
            .Select(token => (Start: text.IndexOf(token, from, to - from, StringComparison.Ordinal), token.Length))
            .Where(found => found.Start >= 0)
            .Select(found => found.Start + found.Length)
            .DefaultIfEmpty(-1)
            .Min();

    int LastSpecial(string text, int from, int to) =>
        specialTokens
            .Select(token => (Start: from == to ? -1 : text.LastIndexOf(token, to - 1, to - from, StringComparison.Ordinal), token.Length))
            .Where(found => found.Start >= 0)
            .Select(found => found.Start + found.Length)
            .DefaultIfEmpty(-1)
            .Max();
}
