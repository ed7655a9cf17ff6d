namespace Hone.Data.Endpoints;

/// <summary>What a chat model answered.</summary>
/// <param name="Text">Its words; empty where there are none.</param>
/// <param name="PromptTokens">As the endpoint counted; its upper bound where the endpoint does not say.</param>
/// <param name="CompletionTokens">As the endpoint counted; what was allowed where it does not say.</param>
public sealed record ChatReply(string Text, int PromptTokens, int CompletionTokens)
{
    /// <summary>Why the words are no answer: cut, or missing. Null where they are one.</summary>
    public string? Problem { get; init; }
}
