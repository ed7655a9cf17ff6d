using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Data.Endpoints;

/// <summary>One message of a question.</summary>
public sealed record QuestionMessage(string Role, string Content);

/// <summary>What a chat model is asked.</summary>
/// <param name="MaxTokens">The most tokens of its answer.</param>
public sealed record ChatQuestion(IReadOnlyList<QuestionMessage> Messages, int MaxTokens)
{
    // A message costs a few tokens beside its text.
    const int TokensPerMessage = 16;

    // So does a schema, where it is read as text.
    const int TokensOfSchema = 100;

    static readonly string[] RequiredMembers = ["choice"];
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>0: the most probable answer.</summary>
    public double Temperature { get; init; }

    /// <summary>The only answers that the endpoint may give; it must know JSON schemas. Empty: any text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>No tokenizer makes more tokens of the question: a token has at least one byte.</summary>
    public int PromptTokensAtMost =>
        Messages.Sum(message => Encoding.UTF8.GetByteCount(message.Content) + TokensPerMessage) + (Choices.Count > 0 ? TokensOfSchema + Choices.Sum(Encoding.UTF8.GetByteCount) : 0);

    /// <summary>Questions with the same key have the same answer: to the same model, in the same words. How long an answer may be makes no difference to a complete one.</summary>
    public UInt128 KeyFor(string model)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData((this with { MaxTokens = 0 }).ToJson(model, EndpointDialect.Usual), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The body of the request.</summary>
    internal byte[] ToJson(string model, EndpointDialect dialect)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("messages");
            foreach (QuestionMessage message in Messages)
            {
                json.WriteStartObject();
                json.WriteString("role", message.Role);
                json.WriteString("content", message.Content);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber(dialect.SaysCompletionTokens ? "max_completion_tokens" : "max_tokens", MaxTokens);
            if (!dialect.HasFixedTemperature)
                json.WriteNumber("temperature", Temperature);
            if (Choices.Count > 0)
                WriteSchema(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    void WriteSchema(Utf8JsonWriter json)
    {
        json.WritePropertyName("response_format");
        JsonSerializer.Serialize(json, new
        {
            type = "json_schema",
            json_schema = new
            {
                name = "choice",
                strict = true,
                schema = new
                {
                    type = "object",
                    properties = new { choice = new { type = "string", @enum = Choices } },
                    required = RequiredMembers,
                    additionalProperties = false,
                },
            },
        });
    }
}
