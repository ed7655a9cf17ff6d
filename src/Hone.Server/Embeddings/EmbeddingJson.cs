using System.Runtime.InteropServices;
using System.Text.Json;
using Hone.Engine.Embedding;
using Hone.Server.OpenApi;

namespace Hone.Server.Embeddings;

/// <summary>The answer to a request for embeddings.</summary>
static class EmbeddingJson
{
    static readonly ObjectShape Item = Shape.Closed(
        Field.Required("object", Shape.OneOf("embedding")),
        Field.Required("index", Shape.AnyWhole),
        Field.Required("embedding", Shape.Either(Shape.List(Shape.AnyNumber), Shape.AnyText))).Named("Embedding");

    public static readonly ObjectShape Answer = Shape.Closed(
        Field.Required("object", Shape.OneOf("list")),
        Field.Required("data", Shape.List(Item)),
        Field.Required("model", Shape.AnyText),
        Field.Required("usage", Shape.Closed(Field.Required("prompt_tokens", Shape.AnyWhole), Field.Required("total_tokens", Shape.AnyWhole)))).Named("EmbeddingList");

    public static void Write(Utf8JsonWriter writer, EmbeddingRequest request, IReadOnlyList<float[]> vectors, string model)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (int i = 0; i < vectors.Count; i++)
        {
            float[] whole = vectors[i];
            ReadOnlySpan<float> vector = request.Length == whole.Length ? whole : EmbeddingModel.Shortened(whole, request.Length);
            writer.WriteStartObject();
            writer.WriteString("object", "embedding");
            writer.WriteNumber("index", i);
            writer.WritePropertyName("embedding");
            if (request.IsBase64)
                writer.WriteBase64StringValue(MemoryMarshal.AsBytes(vector)); // little-endian, as every machine that .NET runs on
            else
                WriteNumbers(writer, vector);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model", model);
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", request.TokenCount);
        writer.WriteNumber("total_tokens", request.TokenCount);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<float> vector)
    {
        writer.WriteStartArray();
        foreach (float value in vector)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
