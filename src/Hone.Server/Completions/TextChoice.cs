using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Engine.Tokenizers;
using Hone.Server.Inference;
using Hone.Server.OpenApi;

namespace Hone.Server.Completions;

/// <summary>A choice of a text completion, or a piece of one, with its place in the whole text.</summary>
/// <param name="Tokens">With their log probabilities, where those are asked for; the first token of a prompt has none.</param>
/// <param name="FinishReason">Null while the text goes on.</param>
sealed record TextChoice(int Index, string Text, IReadOnlyList<(int Id, TokenLogProbability? LogProbability)> Tokens, string? FinishReason)
{
    static readonly ObjectShape LogProbabilities = Shape.Closed(
        Field.Required("tokens", Shape.List(Shape.AnyText)),
        Field.Required("token_logprobs", Shape.List(Shape.Either(Shape.AnyNumber, Shape.Null))),
        Field.OrNull("top_logprobs", Shape.List(Shape.Either(Shape.Map(Shape.AnyNumber), Shape.Null))),
        Field.Required("text_offset", Shape.List(Shape.AnyWhole)));

    public static readonly ObjectShape Object = Shape.Closed(
        Field.Required("text", Shape.AnyText),
        Field.Required("index", Shape.AnyWhole),
        Field.OrNull("logprobs", LogProbabilities),
        Field.OrNull("finish_reason", Shape.OneOf("stop", "length"))).Named("TextChoice");

    /// <param name="offset">Characters (Unicode) before the first token; then those after the last one.</param>
    public void Write(Utf8JsonWriter writer, CompletionRequest request, Tokenizer tokenizer, ref int offset)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Text);
        writer.WriteNumber("index", Index);
        writer.WritePropertyName("logprobs");
        if (request.LogProbabilities is null)
            writer.WriteNullValue();
        else
            WriteLogProbabilities(writer, request.LogProbabilities.Value, tokenizer, ref offset);
        writer.WriteString("finish_reason", FinishReason);
        writer.WriteEndObject();
    }

    void WriteLogProbabilities(Utf8JsonWriter writer, int top, Tokenizer tokenizer, ref int offset)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("tokens");
        foreach ((int id, _) in Tokens)
            writer.WriteStringValue(tokenizer.TokenText(id));
        writer.WriteEndArray();

        writer.WriteStartArray("token_logprobs");
        foreach ((_, TokenLogProbability? item) in Tokens)
        {
            if (item is null)
                writer.WriteNullValue();
            else
                writer.WriteNumberValue(LogProbabilityJson.Finite(item.LogProbability));
        }

        writer.WriteEndArray();
        WriteTop(writer, top, tokenizer);
        writer.WriteStartArray("text_offset");
        StreamingDecoder decoder = tokenizer.Stream(skipSpecial: true, continues: true);
        foreach ((int id, _) in Tokens)
        {
            writer.WriteNumberValue(offset);
            offset += Characters(decoder.Add(id));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    void WriteTop(Utf8JsonWriter writer, int top, Tokenizer tokenizer)
    {
        if (top == 0)
        {
            writer.WriteNull("top_logprobs");
            return;
        }

        writer.WriteStartArray("top_logprobs");
        foreach ((_, TokenLogProbability? item) in Tokens)
        {
            if (item is null)
            {
                writer.WriteNullValue();
                continue;
            }

            // Tokens with the same text, such as parts of characters, are one member: the likeliest.
            writer.WriteStartObject();
            foreach (IGrouping<string, TokenScore> score in item.Top.Append(new TokenScore(item.Id, item.LogProbability)).GroupBy(score => tokenizer.TokenText(score.Id)))
                writer.WriteNumber(score.Key, LogProbabilityJson.Finite(score.First().LogProbability));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static int Characters(string text) => text.EnumerateRunes().Count();
}
