using System.Text.Json.Serialization;
using Hone.Engine.ChatTemplates;

namespace Hone.Data.Formats;

/// <summary>What the lines of a training file hold.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetKind>))]
public enum DatasetKind
{
    /// <summary><c>{"messages": […]}</c></summary>
    [JsonStringEnumMemberName("chat")]
    Chat,

    /// <summary><c>{"prompt": "…", "completion": "…"}</c></summary>
    [JsonStringEnumMemberName("completion")]
    Completion,

    /// <summary><c>{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}</c></summary>
    [JsonStringEnumMemberName("preference")]
    Preference,
}

/// <summary>One line of a training file, checked; <c>Example</c> counts the examples, <c>Line</c> the lines, both from 1.</summary>
public abstract record DatasetLine(int Example, int Line);

/// <summary>A conversation whose assistant messages are to be learned.</summary>
public sealed record ChatLine(int Example, int Line, Conversation Conversation) : DatasetLine(Example, Line);

/// <summary>A text and how it goes on.</summary>
public sealed record CompletionLine(int Example, int Line, string Prompt, string Completion) : DatasetLine(Example, Line);

/// <summary>A conversation, the answer that is preferred, and the one that is not.</summary>
public sealed record PreferenceLine(int Example, int Line, Conversation Prompt, ChatMessage Preferred, ChatMessage NonPreferred) : DatasetLine(Example, Line);
