using System.Text.Json;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Server.Inference;

namespace Hone.Server.Chat;

/// <summary>A chat completion as the interface writes it: whole, or chunk by chunk.</summary>
sealed record ChatCompletion(string Id, DateTimeOffset Created, string Model, string Fingerprint, ChatRequest Request, LoadedBase Base)
{
    bool IsLegacy => Request.Tools?.IsLegacy == true;

    /// <summary>The object <c>chat.completion</c>.</summary>
    public void Write(Utf8JsonWriter writer, IReadOnlyList<ChatAnswer> answers, IReadOnlyList<GenerationOutcome> outcomes)
    {
        WriteWhole(writer, answers, outcomes, hasRefusal: true);
        Request.FileSearch?.Write(writer);
        writer.WriteEndObject();
    }

    /// <summary>The object as it is kept: with what was asked, without refusals and metadata.</summary>
    public void WriteStored(Utf8JsonWriter writer, IReadOnlyList<ChatAnswer> answers, IReadOnlyList<GenerationOutcome> outcomes, string requestId)
    {
        WriteWhole(writer, answers, outcomes, hasRefusal: false);
        writer.WriteString("request_id", requestId);
        foreach (string name in (ReadOnlySpan<string>)["tool_choice", "seed", "top_p", "temperature", "presence_penalty", "frequency_penalty", "user", "tools", "response_format"])
        {
            writer.WritePropertyName(name == "user" ? "input_user" : name);
            if (Request.Body.Find(name) is { } value)
                value.WriteTo(writer);
            else if (name is "top_p" or "temperature")
                writer.WriteNumberValue(1);
            else if (name is "presence_penalty" or "frequency_penalty")
                writer.WriteNumberValue(0);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    void WriteWhole(Utf8JsonWriter writer, IReadOnlyList<ChatAnswer> answers, IReadOnlyList<GenerationOutcome> outcomes, bool hasRefusal)
    {
        WriteHead(writer, "chat.completion");
        writer.WriteStartArray("choices");
        for (int index = 0; index < answers.Count; index++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", index);
            writer.WritePropertyName("message");
            WriteMessage(writer, answers[index], hasRefusal);
            WriteLogProbabilities(writer, outcomes[index].Text.LogProbabilities);
            writer.WriteString("finish_reason", answers[index].FinishReason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("usage");
        UsageOf(outcomes).Write(writer);
        WriteTail(writer);
    }

    public Usage UsageOf(IReadOnlyList<GenerationOutcome> outcomes) => Usage.Of([Request.Prompt], outcomes);

    void WriteMessage(Utf8JsonWriter writer, ChatAnswer answer, bool hasRefusal)
    {
        writer.WriteStartObject();
        writer.WriteString("role", "assistant");
        writer.WriteString("content", answer.Content);
        if (answer.Calls.Count > 0 && IsLegacy)
        {
            writer.WriteStartObject("function_call");
            WriteFunction(writer, answer.Calls[0].Name, answer.Calls[0].Arguments.ToString());
            writer.WriteEndObject();
        }
        else if (answer.Calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls");
            foreach (ChatAnswer.Call call in answer.Calls)
            {
                writer.WriteStartObject();
                writer.WriteString("id", call.Id);
                writer.WriteString("type", "function");
                writer.WriteStartObject("function");
                WriteFunction(writer, call.Name, call.Arguments.ToString());
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (hasRefusal)
        {
            writer.WriteNull("refusal");
            writer.WriteStartArray("annotations");
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>The first chunk of a choice.</summary>
    public void WriteRole(Utf8JsonWriter writer, int index) =>
        WriteChunk(writer, index, finishReason: null, [], () =>
        {
            writer.WriteString("role", "assistant");
            writer.WriteString("content", "");
            writer.WriteNull("refusal");
        });

    /// <summary>A chunk of words, or of a call.</summary>
    public void WritePart(Utf8JsonWriter writer, int index, AnswerPart part, string? callId, IReadOnlyList<TokenLogProbability> logProbabilities) =>
        WriteChunk(writer, index, finishReason: null, logProbabilities, () => WriteDelta(writer, part, callId));

    /// <summary>The last chunk of a choice.</summary>
    public void WriteFinish(Utf8JsonWriter writer, int index, string finishReason, IReadOnlyList<TokenLogProbability> logProbabilities) =>
        WriteChunk(writer, index, finishReason, logProbabilities, static () => { });

    /// <summary>The chunk after the last choice: no choice, but the usage.</summary>
    public void WriteUsage(Utf8JsonWriter writer, Usage usage)
    {
        WriteHead(writer, "chat.completion.chunk");
        WriteTail(writer);
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
        writer.WritePropertyName("usage");
        usage.Write(writer);
        writer.WriteEndObject();
    }

    void WriteDelta(Utf8JsonWriter writer, AnswerPart part, string? callId)
    {
        if (part.Call < 0)
        {
            writer.WriteString("content", part.Text);
            return;
        }

        if (IsLegacy)
        {
            writer.WriteStartObject("function_call");
            WriteFunction(writer, part.Name, part.Text);
            writer.WriteEndObject();
            return;
        }

        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        writer.WriteNumber("index", part.Call);
        if (part.Name is not null)
        {
            writer.WriteString("id", callId);
            writer.WriteString("type", "function");
        }

        writer.WriteStartObject("function");
        WriteFunction(writer, part.Name, part.Text);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    static void WriteFunction(Utf8JsonWriter writer, string? name, string arguments)
    {
        if (name is not null)
            writer.WriteString("name", name);
        writer.WriteString("arguments", arguments);
    }

    void WriteChunk(Utf8JsonWriter writer, int index, string? finishReason, IReadOnlyList<TokenLogProbability> logProbabilities, Action writeDelta)
    {
        WriteHead(writer, "chat.completion.chunk");
        WriteTail(writer);
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WriteStartObject("delta");
        writeDelta();
        writer.WriteEndObject();
        WriteLogProbabilities(writer, logProbabilities);
        writer.WriteString("finish_reason", finishReason);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (Request.WantsUsage)
            writer.WriteNull("usage");
        if (finishReason is not null)
            Request.FileSearch?.Write(writer);
        writer.WriteEndObject();
    }

    void WriteHead(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Id);
        writer.WriteString("object", type);
        writer.WriteNumber("created", Created.ToUnixTimeSeconds());
        writer.WriteString("model", Model);
    }

    void WriteTail(Utf8JsonWriter writer)
    {
        writer.WriteString("service_tier", "default");
        writer.WriteString("system_fingerprint", Fingerprint);
    }

    void WriteLogProbabilities(Utf8JsonWriter writer, IReadOnlyList<TokenLogProbability> items)
    {
        writer.WritePropertyName("logprobs");
        if (Request.Options.TopLogProbabilities is null || items.Count == 0)
            writer.WriteNullValue();
        else
            LogProbabilityJson.Write(writer, items, Base.Tokenizer);
    }
}
