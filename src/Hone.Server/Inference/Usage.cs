using System.Text.Json;
using Hone.Server.OpenApi;

namespace Hone.Server.Inference;

/// <summary>The tokens of a request.</summary>
/// <param name="CachedTokens">Of the prompt, those that need not be computed.</param>
public readonly record struct Usage(int PromptTokens, int CompletionTokens, int CachedTokens)
{
    internal static readonly ObjectShape Object = Shape.Closed(
        Field.Required("prompt_tokens", Count),
        Field.Required("completion_tokens", Count),
        Field.Required("total_tokens", Count),
        Field.Required("prompt_tokens_details", Counts("cached_tokens", "audio_tokens")),
        Field.Required("completion_tokens_details", Counts("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens"))).Named("Usage");

    static ObjectShape Counts(params string[] names) => Shape.Closed([.. names.Select(name => Field.Required(name, Count))]);

    static Shape Count => Shape.AnyWhole;

    public int TotalTokens => PromptTokens + CompletionTokens;

    internal static Usage Of(IReadOnlyList<int[]> prompts, IReadOnlyList<GenerationOutcome> outcomes)
    {
        int choices = outcomes.Count / Math.Max(1, prompts.Count);
        return new Usage(
            prompts.Sum(prompt => prompt.Length),
            outcomes.Sum(outcome => outcome.GeneratedTokens),
            outcomes.Where((_, index) => index % choices == 0).Sum(outcome => outcome.CachedPromptTokens));
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens", PromptTokens);
        writer.WriteNumber("completion_tokens", CompletionTokens);
        writer.WriteNumber("total_tokens", TotalTokens);
        writer.WriteStartObject("prompt_tokens_details");
        writer.WriteNumber("cached_tokens", CachedTokens);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details");
        writer.WriteNumber("reasoning_tokens", 0);
        writer.WriteNumber("audio_tokens", 0);
        writer.WriteNumber("accepted_prediction_tokens", 0);
        writer.WriteNumber("rejected_prediction_tokens", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
