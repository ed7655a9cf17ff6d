using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.OpenApi;

namespace Hone.Server.Completions;

/// <summary>A request for the continuation of texts, read and checked against the model that is to answer it.</summary>
sealed record CompletionRequest
{
    const int MaxPrompts = 2048, MaxBestOf = 20, MaxLogProbabilities = 5, DefaultMaxTokens = 16;

    static readonly Shape Token = Shape.Whole(0, int.MaxValue);
    static readonly Shape PromptItem = Shape.Either(Shape.AnyText, Token, Shape.Some(Token));

    public static readonly ObjectShape Body = Shape.Open(
    [
        Field.Required("model", Shape.AnyText),
        Field.Optional("prompt", Shape.Either(Shape.AnyText, Shape.Some(PromptItem)), "A text, several texts, the ids of tokens, or several lists of them."),
        .. SamplingFields.Fields,
        Field.Optional("max_tokens", Shape.Whole(0, int.MaxValue), fallback: DefaultMaxTokens),
        Field.Optional("logprobs", Shape.Whole(0, MaxLogProbabilities)),
        Field.Optional("best_of", Shape.Whole(0, MaxBestOf), "At least 'n', and not with 'stream' unless it is 'n'."),
        Field.Optional("echo", Shape.Boolean, "Begin the answer with the prompt.", false),
        .. StreamFields.Fields,
        Field.Optional("user", Shape.AnyText),
    ]).Named("CompletionRequest");

    public required IReadOnlyList<int[]> Prompts { get; init; }

    /// <summary>With as many choices as are generated, <see cref="Choices"/> of which are returned.</summary>
    public required SamplingOptions Options { get; init; }

    /// <summary>Continuations of each prompt in the answer.</summary>
    public required int Choices { get; init; }

    /// <summary>Whether nothing is generated: the prompt is to be repeated, and perhaps scored.</summary>
    public bool GeneratesNothing { get; init; }

    /// <summary>Null for none; else how many alternatives accompany each token.</summary>
    public int? LogProbabilities { get; init; }

    public bool Echoes { get; init; }

    public bool Streams { get; init; }

    public bool WantsUsage { get; init; }

    public static CompletionRequest Read(JsonFields body, LoadedBase model)
    {
        if (body.Has("suffix"))
            throw ApiError.Invalid("'suffix' is not supported by this model: it continues texts at their end only.", "suffix", "unsupported_parameter");
        SamplingOptions sampling = SamplingFields.Read(body, model.Model.Config.VocabSize);
        int maxTokens = (int)(body.Integer("max_tokens") ?? DefaultMaxTokens);
        int? logProbabilities = (int?)body.Integer("logprobs");
        (bool streams, bool wantsUsage) = StreamFields.Read(body);
        int generated = BestOf(body, sampling.Choices, streams);
        IReadOnlyList<int[]> prompts = ReadPrompts(body, model);
        foreach (int[] prompt in prompts)
            RequireRoom(prompt.Length, maxTokens, model.Context);
        return new CompletionRequest
        {
            Prompts = prompts,
            Options = sampling with
            {
                MaxTokens = Math.Max(1, maxTokens),
                Choices = generated,
                // The best is told by its probability.
                TopLogProbabilities = logProbabilities ?? (generated > sampling.Choices ? 0 : null),
            },
            Choices = sampling.Choices,
            GeneratesNothing = maxTokens == 0,
            LogProbabilities = logProbabilities,
            Echoes = body.Boolean("echo") ?? false,
            Streams = streams,
            WantsUsage = wantsUsage,
        };
    }

    static int BestOf(JsonFields body, int choices, bool streams)
    {
        // 0 is allowed by the interface and means nothing else than 1.
        int bestOf = (int)Math.Max(1, body.Integer("best_of") ?? choices);
        if (bestOf < choices)
            throw ApiError.Invalid(FormattableString.Invariant($"You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently {choices}) to be at most 'best_of' (currently {bestOf}), or omit either parameter if you don't specifically want to use them.)"), "best_of");
        if (bestOf > choices && streams)
            throw ApiError.Invalid("Results cannot be streamed when 'best_of' is greater than 'n'.", "best_of");
        return bestOf;
    }

    /// <summary>A text, several texts, tokens, or several prompts of tokens.</summary>
    static List<int[]> ReadPrompts(JsonFields body, LoadedBase model)
    {
        if (body.Find("prompt") is not { } prompt)
            return [Beginning(model)];
        if (prompt.ValueKind == JsonValueKind.String)
            return [Encode(prompt.GetString()!, model)];
        JsonElement[] items = body.Array("prompt")!;
        if (items[0].ValueKind == JsonValueKind.Number)
            return [Tokens(items, model)];
        if (items.Length > MaxPrompts)
            throw ApiError.Invalid(FormattableString.Invariant($"{items.Length} items are too many, at most {MaxPrompts} are possible - 'prompt'"), "prompt");
        return
        [
            .. items.Select(item => item.ValueKind switch
            {
                JsonValueKind.String => Encode(item.GetString()!, model),
                JsonValueKind.Array when item.GetArrayLength() > 0 => Tokens([.. item.EnumerateArray()], model),
                _ => throw NoPrompt(item),
            }),
        ];
    }

    static int[] Encode(string text, LoadedBase model) => model.Tokenizer.Encode(text) is { Length: > 0 } tokens ? TokenFields.Known(tokens, model.Model.Config, "prompt") : Beginning(model);

    static int[] Tokens(JsonElement[] items, LoadedBase model) =>
    [
        .. items.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0 && id < model.Model.Config.VocabSize ? id : throw NoPrompt(item)),
    ];

    /// <summary>The token before the first word of a text; where there is none, the one after the last.</summary>
    static int[] Beginning(LoadedBase model) =>
        [model.Tokenizer.BeginId ?? (model.Encoder.EndIds.Count > 0 ? model.Encoder.EndIds[0] : throw ApiError.Invalid("This model needs a prompt of one character or more.", "prompt"))];

    static ApiError NoPrompt(JsonElement item) =>
        ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is neither a text nor tokens of this model - 'prompt'", "prompt");

    static void RequireRoom(int promptTokens, int maxTokens, int context)
    {
        if (promptTokens + (long)maxTokens > context || promptTokens >= context)
        {
            throw ApiError.Invalid(
                FormattableString.Invariant($"This model's maximum context length is {context} tokens, however you requested {promptTokens + (long)maxTokens} tokens ({promptTokens} in your prompt; {maxTokens} for the completion). Please reduce your prompt; or completion length."),
                code: "context_length_exceeded");
        }
    }
}
