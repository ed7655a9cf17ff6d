using System.Text.Json;

namespace Hone.Engine.ChatTemplates;

/// <summary>Messages, and the tools that the assistant may call: a JSON array in OpenAI's format, or none.</summary>
public sealed record Conversation(IReadOnlyList<ChatMessage> Messages, JsonElement? Tools = null)
{
    /// <summary>The first <paramref name="count"/> messages.</summary>
    public Conversation Take(int count) => this with { Messages = [.. Messages.Take(count)] };
}
