using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Engine.Generation.Constraints;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.OpenApi;

namespace Hone.Server.Chat;

/// <summary>A request for a chat completion, read and checked against the model that is to answer it.</summary>
sealed record ChatRequest
{
    /// <summary>What would change the answer and cannot be had here.</summary>
    static readonly string[] Refused = ["audio", "web_search_options", "moderation"];

    public static readonly ObjectShape Object = Shape.Open(
    [
        Field.Required("model", Shape.AnyText, "A model of this server, or an OpenAI name that stands for one."),
        Field.Required("messages", Shape.Some(ChatMessages.Message)),
        .. SamplingFields.Fields,
        Field.Optional("max_completion_tokens", Shape.Whole(1, int.MaxValue)),
        Field.Optional("max_tokens", Shape.Whole(1, int.MaxValue), "The older name of max_completion_tokens."),
        Field.Optional("logprobs", Shape.Boolean, fallback: false),
        Field.Optional("top_logprobs", Shape.Whole(0, SamplingOptions.MaxTopLogProbabilities), "Only with 'logprobs'."),
        Field.Optional("modalities", Shape.List(Shape.OneOf("text"))),
        .. ToolSet.Fields,
        Field.Optional("response_format", ResponseFormat.Object),
        .. StreamFields.Fields,
        Field.Optional("store", Shape.Boolean, "Keep the answer, for GET /v1/chat/completions.", false),
        Field.Optional("metadata", OpenApi.Metadata.Object),
        Field.Optional("user", Shape.AnyText),
        FileSearch.Asked,
    ]).Named("ChatRequest");

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    public required int[] Prompt { get; init; }

    public required SamplingOptions Options { get; init; }

    public ToolSet? Tools { get; init; }

    public bool Streams { get; init; }

    public bool WantsUsage { get; init; }

    public bool Stores { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What was found in files and put before the last question; null when nothing was asked for.</summary>
    public FileSearch? FileSearch { get; init; }

    /// <summary>As the request has them.</summary>
    public required JsonFields Body { get; init; }

    /// <param name="search">What was found for it in files; null when that was not asked for.</param>
    public static ChatRequest Read(JsonFields body, ServedModel model, FileSearch? search)
    {
        LoadedBase loaded = model.Base;
        foreach (string name in Refused)
        {
            if (body.Has(name))
                throw ApiError.Invalid($"'{name}' is not supported by this model.", name, "unsupported_parameter");
        }

        if (body.Array("modalities") is { } modalities && modalities.Any(item => item.ValueKind != System.Text.Json.JsonValueKind.String || item.GetString() != "text"))
            throw ApiError.Invalid("'modalities' other than 'text' are not supported by this model.", "modalities", "unsupported_parameter");
        List<ChatMessage> messages = ChatMessages.Read(body);
        search?.AddTo(messages);
        ToolSet? tools = ToolSet.Read(body);
        ResponseFormat? format = ResponseFormat.Read(body);
        (bool streams, bool wantsUsage) = StreamFields.Read(body);
        if (tools is not null && loaded.ToolCalls is null)
            throw ApiError.Invalid($"The model `{model.Entry.Id}` cannot call tools: its chat template {loaded.ToolCallProblem}. Leave the tools out, or choose another model.", "tools", "unsupported_parameter");

        SamplingOptions options = SamplingFields.Read(body, loaded.Model.Config.VocabSize) with
        {
            MaxTokens = (int?)(body.Integer("max_completion_tokens") ?? body.Integer("max_tokens")),
            TopLogProbabilities = LogProbabilities(body),
            Constraint = Constraint(loaded, tools, format),
        };
        return new ChatRequest
        {
            Messages = messages,
            Prompt = Encode(loaded, messages, tools),
            Options = options,
            Tools = tools,
            Streams = streams,
            WantsUsage = wantsUsage,
            Stores = body.Boolean("store") ?? false,
            Metadata = body.Metadata(),
            FileSearch = search,
            Body = body,
        };
    }

    static int? LogProbabilities(JsonFields body)
    {
        bool wanted = body.Boolean("logprobs") ?? false;
        int? top = (int?)body.Integer("top_logprobs");
        if (top is not null && !wanted)
            throw ApiError.Invalid("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs");
        return wanted ? top ?? 0 : null;
    }

    static TextConstraint? Constraint(LoadedBase loaded, ToolSet? tools, ResponseFormat? format)
    {
        TextConstraint? words = format is null ? null : loaded.Constraint(format.Key, format.Create);
        if (tools is null)
            return words;
        string names = string.Join(',', tools.Callable.Select(tool => tool.Name));
        string key = $"tools {tools.MustCall} {tools.MayCallSeveral} {names} {format?.Key} {tools.Definitions.GetRawText()}";
        return loaded.Constraint(key, vocabulary => ToolCallConstraint.Create(loaded.ToolCalls!, tools.Callable, tools.MustCall, tools.MayCallSeveral, words, vocabulary));
    }

    static int[] Encode(LoadedBase loaded, List<ChatMessage> messages, ToolSet? tools)
    {
        int[] prompt = loaded.Encoder.EncodePrompt(new Conversation(messages, tools?.Definitions));
        if (prompt.Length >= loaded.Context)
        {
            throw ApiError.Invalid(
                FormattableString.Invariant($"This model's maximum context length is {loaded.Context} tokens. However, your messages resulted in {prompt.Length} tokens. Please reduce the length of the messages."),
                "messages",
                "context_length_exceeded");
        }

        return prompt;
    }
}
