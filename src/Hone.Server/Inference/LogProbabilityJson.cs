using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Engine.Tokenizers;
using Hone.Server.OpenApi;

namespace Hone.Server.Inference;

/// <summary>Log probabilities as chat completions show them.</summary>
static class LogProbabilityJson
{
    /// <summary>What stands for a probability of nothing.</summary>
    const double Least = -9999;

    static readonly Field[] Token = [Field.Required("token", Shape.AnyText), Field.Required("logprob", Shape.AnyNumber), Field.Required("bytes", Shape.List(Shape.Whole(0, byte.MaxValue)))];

    public static readonly ObjectShape Object = Shape.Closed(
        Field.Required("content", Shape.List(Shape.Closed([.. Token, Field.Required("top_logprobs", Shape.List(Shape.Closed(Token)))]))),
        Field.OrNull("refusal", Shape.List(Shape.Any))).Named("ChatLogProbabilities");

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TokenLogProbability> items, Tokenizer tokenizer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("content");
        foreach (TokenLogProbability item in items)
        {
            writer.WriteStartObject();
            WriteToken(writer, item.Id, item.LogProbability, tokenizer);
            writer.WriteStartArray("top_logprobs");
            foreach (TokenScore top in item.Top)
            {
                writer.WriteStartObject();
                WriteToken(writer, top.Id, top.LogProbability, tokenizer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNull("refusal");
        writer.WriteEndObject();
    }

    /// <summary>A number that JSON can hold.</summary>
    public static double Finite(float logProbability) => float.IsFinite(logProbability) ? Math.Round(logProbability, 7) : Least;

    static void WriteToken(Utf8JsonWriter writer, int id, float logProbability, Tokenizer tokenizer)
    {
        writer.WriteString("token", tokenizer.TokenText(id));
        writer.WriteNumber("logprob", Finite(logProbability));
        writer.WriteStartArray("bytes");
        foreach (byte value in tokenizer.TokenBytes(id))
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
