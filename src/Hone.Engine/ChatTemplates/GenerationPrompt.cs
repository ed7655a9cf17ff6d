using System.Collections.Concurrent;

namespace Hone.Engine.ChatTemplates;

/// <summary>What a template puts before the assistant's words when it is asked for them: the difference that <c>add_generation_prompt</c> makes.</summary>
sealed class GenerationPrompt(ChatTemplate template)
{
    static readonly Conversation Greeting = new([new ChatMessage("user", "Hello")]);

    readonly ConcurrentDictionary<(string Role, bool HasTools), string?> _known = new();

    /// <summary>The text before the words of message <paramref name="index"/>; it depends on who spoke last.</summary>
    public string Before(Conversation conversation, int index)
    {
        string role = index > 0 ? conversation.Messages[index - 1].Role : "";
        return _known.GetOrAdd((role, conversation.Tools is not null), _ => Difference(conversation.Take(index)))
            ?? _known.GetOrAdd(("user", false), _ => Difference(Greeting))
            ?? "";
    }

    // Some templates refuse a conversation that stops here, such as one without messages.
    string? Difference(Conversation conversation)
    {
        if (conversation.Messages.Count == 0)
            return null;
        try
        {
            return Difference(template.Render(conversation, true), template.Render(conversation, false));
        }
        catch (HoneException)
        {
            return null;
        }
    }

    static string Difference(RenderedChat asked, RenderedChat plain)
    {
        int shared = 0;
        for (int i = 0; i < Math.Min(asked.PieceEnds.Count, plain.PieceEnds.Count); i++)
        {
            int end = asked.PieceEnds[i];
            if (end != plain.PieceEnds[i] || !asked.Text.AsSpan(shared, end - shared).SequenceEqual(plain.Text.AsSpan(shared, end - shared)))
                break;
            shared = end;
        }

        string more = asked.Text[shared..];
        string less = plain.Text[shared..];
        return more.StartsWith(less, StringComparison.Ordinal) ? more[less.Length..] : more;
    }
}
