using System.Text.Json;
using Hone.Engine.Embedding;
using Hone.Engine.Tokenizers;
using Hone.Server.Http;
using Hone.Server.Inference;
using Hone.Server.OpenApi;

namespace Hone.Server.Embeddings;

/// <summary>A request for the vectors of texts, read and checked against the model that is to answer it.</summary>
sealed record EmbeddingRequest
{
    const int MaxInputs = 2048, MaxTokens = 300_000;
    const string Input = "input", Dimensions = "dimensions", Base64 = "base64";

    /// <summary>What clients of OpenAI's models cut texts with before they send tokens.</summary>
    const string ClientEncoding = "cl100k_base";

    static readonly Shape Token = Shape.Whole(0, int.MaxValue);

    static readonly ObjectShape Extension = Shape.Closed(
        Field.Optional("too_long", Shape.OneOf("error", "window", "truncate"), "What happens to a text with more tokens than the model reads: an error, the mean of its parts, or a cut.", "error"),
        Field.Optional("prompt", Shape.AnyText, "The name of the model's own prompt that is put before each text, such as query."));

    public static readonly ObjectShape Body = Shape.Closed(
        Field.Required(Input, Shape.Either(Shape.AnyText, Shape.Some(Shape.Either(Shape.AnyText, Token, Shape.Some(Token)))), "A text, several texts, the ids of tokens, or several lists of them."),
        Field.Required("model", Shape.AnyText),
        Field.Optional("encoding_format", Shape.OneOf("float", Base64), fallback: "float"),
        Field.Optional(Dimensions, Shape.Whole(1), "Vectors of this length: the first numbers of the whole ones, made of length 1 again."),
        Field.Optional("user", Shape.AnyText),
        Field.Optional("hone", Extension)).Named("EmbeddingRequest");

    /// <summary>Each text as tokens, without those that the tokenizer adds.</summary>
    public required IReadOnlyList<int[]> Texts { get; init; }

    public required int Length { get; init; }

    public bool IsBase64 { get; init; }

    public TooLong TooLong { get; init; }

    public int TokenCount => Texts.Sum(text => text.Length);

    /// <param name="standIn">The id of the model where it was asked for by the name of one of OpenAI's, whose tokens are then meant; null for its own name.</param>
    public static EmbeddingRequest Read(JsonFields body, EmbeddingModel model, string? standIn)
    {
        body.RefuseOthers();
        JsonFields? extension = body.Object("hone");
        extension?.RefuseOthers();
        body.String("user");
        string prompt = PromptOf(extension?.String("prompt"), model);
        var tooLong = Enum.Parse<TooLong>(extension?.String("too_long") ?? nameof(TooLong.Error), ignoreCase: true);
        IReadOnlyList<int[]> texts = ReadTexts(body, new TokenReader(model, standIn is not null, prompt));
        var request = new EmbeddingRequest
        {
            // What is left out is not read, and so not counted.
            Texts = tooLong == TooLong.Truncate ? [.. texts.Select(text => text.Length > model.RoomForText ? text[..model.RoomForText] : text)] : texts,
            Length = ReadLength(body, model, standIn),
            IsBase64 = body.String("encoding_format") == Base64,
            TooLong = tooLong,
        };
        return request.Check(model);
    }

    EmbeddingRequest Check(EmbeddingModel model)
    {
        if (TokenCount > MaxTokens)
            throw ApiError.Invalid(FormattableString.Invariant($"Requested {TokenCount} tokens, max {MaxTokens} tokens per request"), Input, "max_tokens_per_request");
        if (TooLong == TooLong.Error && Texts.FirstOrDefault(text => text.Length > model.RoomForText) is { } text)
        {
            throw ApiError.Invalid(
                FormattableString.Invariant($"This model's maximum context length is {model.RoomForText} tokens, however you requested {text.Length} tokens ({text.Length} in your prompt; 0 for the completion). Please reduce your prompt; or completion length."),
                Input, "context_length_exceeded");
        }
        return this;
    }

    static int ReadLength(JsonFields body, EmbeddingModel model, string? standIn)
    {
        // The interface names no parameter here.
        if (body.Find(Dimensions) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long asked) && asked < 1)
            throw ApiError.Invalid(FormattableString.Invariant($"{asked} is less than the minimum of 1 - '{Dimensions}'"));
        long length = body.Integer(Dimensions) ?? model.Dimensions;
        if (length <= model.Dimensions)
            return (int)length;
        string why = standIn is null ? "" : $" '{JsonFields.Shown(body.RequiredString("model"))}' stands for '{standIn}' here, whose vectors are no longer.";
        throw ApiError.Invalid(FormattableString.Invariant($"Invalid value for '{Dimensions}' = {length}. Must be less than or equal to {model.Dimensions}.{why}"), Dimensions);
    }

    static string PromptOf(string? name, EmbeddingModel model)
    {
        if (name is null)
            return model.DefaultPrompt ?? "";
        return model.Prompts.TryGetValue(name, out string? prompt)
            ? prompt
            : throw ApiError.Invalid(model.Prompts.Count == 0
                ? "This model has no prompts - 'hone.prompt'"
                : $"'{JsonFields.Shown(name)}' is not one of [{string.Join(", ", model.Prompts.Keys.Select(known => $"'{known}'"))}] - 'hone.prompt'", "hone.prompt");
    }

    static IReadOnlyList<int[]> ReadTexts(JsonFields body, TokenReader reader)
    {
        JsonElement input = body.Required(Input);
        if (input.ValueKind == JsonValueKind.String)
            return [reader.Text(input)];
        JsonElement[] items = body.Array(Input)!;
        if (items[0].ValueKind == JsonValueKind.Number)
            return [reader.Tokens(items)];
        if (items.Length > MaxInputs)
            throw ApiError.Invalid(FormattableString.Invariant($"{items.Length} items are too many, at most {MaxInputs} are possible - '{Input}'"), Input);
        return [.. items.Select(item => item.ValueKind == JsonValueKind.Array && item.GetArrayLength() > 0 ? reader.Tokens([.. item.EnumerateArray()]) : reader.Text(item))];
    }

    /// <summary>Reads one text after the other, as the text or as tokens.</summary>
    sealed class TokenReader(EmbeddingModel model, bool isAlias, string prompt)
    {
        readonly Tokenizer? _clients = isAlias ? Tokenizer.Tiktoken(ClientEncoding) : null;

        public int[] Text(JsonElement item)
        {
            if (item.ValueKind != JsonValueKind.String)
                throw NoText(item);
            return Encode(item.GetString()!);
        }

        public int[] Tokens(JsonElement[] items)
        {
            int count = _clients?.VocabSize ?? Math.Min(model.Tokenizer.VocabSize, model.Transformer.Config.VocabSize);
            int[] tokens = [.. items.Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0 && id < count ? id : throw NoText(item))];
            if (_clients is not null)
                return Encode(_clients.Decode(tokens, skipSpecial: false));
            return prompt.Length == 0 ? tokens : [.. TokenFields.Known(model.Tokenizer.Encode(prompt, addSpecial: false), model.Transformer.Config, Input), .. tokens];
        }

        int[] Encode(string text)
        {
            int[] tokens = text.Length == 0 ? [] : model.Tokenizer.Encode(prompt + text, addSpecial: false);
            return tokens.Length > 0 ? TokenFields.Known(tokens, model.Transformer.Config, Input) : throw ApiError.Invalid($"Invalid '{Input}': input cannot be an empty string.", Input);
        }

        ApiError NoText(JsonElement item) =>
            ApiError.Invalid($"{JsonFields.Shown(item.GetRawText())} is neither a text nor tokens of {(isAlias ? ClientEncoding : "this model")} - '{Input}'", Input);
    }
}
