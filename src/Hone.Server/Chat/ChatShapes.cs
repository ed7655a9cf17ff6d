using Hone.Server.Inference;
using Hone.Server.OpenApi;

namespace Hone.Server.Chat;

/// <summary>What <see cref="ChatCompletion"/> writes.</summary>
static class ChatShapes
{
    static readonly Field[] Head =
    [
        Field.Required("id", Shape.AnyText),
        Field.Required("created", Shape.Moment),
        Field.Required("model", Shape.AnyText),
        Field.Required("service_tier", Shape.AnyText),
        Field.Required("system_fingerprint", Shape.AnyText),
    ];

    static readonly Shape FinishReason = Shape.OneOf("stop", "length", "tool_calls", "function_call");
    static readonly ObjectShape Function = Shape.Closed(Field.Required("name", Shape.AnyText), Field.Required("arguments", Shape.AnyText, "JSON as a text."));
    static readonly ObjectShape FunctionPart = Shape.Closed(Field.Sometimes("name", Shape.AnyText), Field.Required("arguments", Shape.AnyText, "The next piece of a JSON text."));

    static readonly Field[] Message =
    [
        Field.Required("role", Shape.OneOf("assistant")),
        Field.OrNull("content", Shape.AnyText),
        Field.Sometimes("function_call", Function),
        Field.Sometimes("tool_calls", Shape.List(Shape.Closed(Field.Required("id", Shape.AnyText), Field.Required("type", Shape.OneOf("function")), Field.Required("function", Function)))),
    ];

    static readonly ObjectShape Delta = Shape.Closed(
        Field.Sometimes("role", Shape.OneOf("assistant")),
        Field.Sometimes("content", Shape.AnyText),
        Field.Optional("refusal", Shape.AnyText),
        Field.Sometimes("function_call", FunctionPart),
        Field.Sometimes("tool_calls", Shape.List(Shape.Closed(
            Field.Required("index", Shape.AnyWhole), Field.Sometimes("id", Shape.AnyText), Field.Sometimes("type", Shape.OneOf("function")), Field.Required("function", FunctionPart)))));

    /// <summary>A whole answer.</summary>
    public static readonly ObjectShape Completion = Shape.Closed(
    [
        .. Head,
        Field.Required("object", Shape.OneOf("chat.completion")),
        Field.Required("choices", Shape.List(Choice([.. Message, Field.OrNull("refusal", Shape.AnyText), Field.Required("annotations", Shape.List(Shape.Any))]))),
        Field.Required("usage", Usage.Object),
        FileSearch.Answered,
    ]).Named("ChatCompletion");

    /// <summary>An answer that was kept, with what was asked.</summary>
    public static readonly ObjectShape Stored = Shape.Closed(
    [
        .. Head,
        Field.Required("object", Shape.OneOf("chat.completion")),
        Field.Required("choices", Shape.List(Choice(Message))),
        Field.Required("usage", Usage.Object),
        Field.Required("request_id", Shape.AnyText),
        Field.Required("metadata", Metadata.Object),
        Field.OrNull("input_user", Shape.AnyText),
        .. ChatRequest.Object.Fields.Where(field => field.Name is "tool_choice" or "seed" or "top_p" or "temperature" or "presence_penalty" or "frequency_penalty" or "tools" or "response_format"),
    ]).Named("StoredCompletion");

    /// <summary>An event of a streamed answer.</summary>
    public static readonly ObjectShape Chunk = Shape.Closed(
    [
        .. Head,
        Field.Required("object", Shape.OneOf("chat.completion.chunk")),
        Field.Required("choices", Shape.List(Shape.Closed(
            Field.Required("index", Shape.AnyWhole), Field.Required("delta", Delta), Field.OrNull("logprobs", LogProbabilityJson.Object), Field.OrNull("finish_reason", FinishReason)))),
        FileSearch.Answered,
        Field.Optional("usage", Usage.Object, "With 'stream_options.include_usage': null in all events but the last, which has no choices."),
    ]).Named("ChatCompletionChunk");

    static ObjectShape Choice(IReadOnlyList<Field> message) =>
        Shape.Closed(
            Field.Required("index", Shape.AnyWhole), Field.Required("message", Shape.Closed(message)), Field.OrNull("logprobs", LogProbabilityJson.Object), Field.Required("finish_reason", FinishReason));
}
