namespace Hone.Engine.ChatTemplates;

/// <summary>One turn of a conversation. Roles: system, developer, user, assistant, tool, function.</summary>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>How much the loss of an assistant's message counts when it is trained on, from 0 (not at all) to 1.</summary>
    public float Weight { get; init; } = 1;

    public string? Name { get; init; }

    /// <summary>What an assistant thought before it answered, for templates that write it out.</summary>
    public string? Reasoning { get; init; }

    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>Which call a tool's message answers.</summary>
    public string? ToolCallId { get; init; }

    public bool IsAssistant => Role == "assistant";

    /// <summary>Whether it says what the assistant is to be like; developer is the newer word for system.</summary>
    public bool IsInstruction => IsInstructionRole(Role);

    public static bool IsInstructionRole(string role) => role is "system" or "developer";
}

/// <summary>A function that the assistant calls; <c>Arguments</c> is JSON.</summary>
public sealed record ToolCall(string Id, string Name, string Arguments);
