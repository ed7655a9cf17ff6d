namespace Hone.Data.Labelling;

/// <summary>What a stronger model is asked about each row, and what is made of its answer. Texts are templates with columns in braces.</summary>
public sealed record LabelSettings
{
    /// <summary>The user message; null where rows bring their own: messages, or a prompt.</summary>
    public string? Prompt { get; init; }

    public string? System { get; init; }

    /// <summary>The user message of the training example, where it is not what was asked.</summary>
    public string? WrittenPrompt { get; init; }

    /// <summary>The system message of the training example, where it is not the one of the question; empty for none.</summary>
    public string? WrittenSystem { get; init; }

    /// <summary>The only answers that are taken; empty for any text.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Whether the endpoint is told to give no other answers, by a schema.</summary>
    public bool IsConstrained { get; init; }

    /// <summary>The column that takes the answer; null: rows become training examples in chat form.</summary>
    public string? Column { get; init; }

    /// <summary>Whether rows are asked about that have a value in <see cref="Column"/> already.</summary>
    public bool AsksAgain { get; init; }

    /// <summary>The most tokens of one answer.</summary>
    public int MaxTokens { get; init; } = 1024;

    public double Temperature { get; init; }
}
