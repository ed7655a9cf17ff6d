using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hone.Engine;

namespace Hone.Data.Endpoints;

/// <summary>What came back for one request, judged: a reply, or what went wrong and whether it may pass.</summary>
sealed class EndpointAnswer
{
    /// <summary>The reply; null where there is none.</summary>
    public ChatReply? Reply { get; private init; }

    /// <summary>What went wrong, in the endpoint's own words and at any length, which may repeat the key; null with a reply.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether the same question may be answered later.</summary>
    public bool MayPass { get; private init; }

    /// <summary>Whether the next question would fail as well.</summary>
    public bool ConcernsAll { get; private init; }

    /// <summary>How long the endpoint asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The parameter that a refusal names.</summary>
    public string? Parameter { get; private init; }

    /// <summary>An endpoint that cannot be reached, or does not answer in time.</summary>
    public static EndpointAnswer Unreachable(string reason) => new() { Problem = reason, MayPass = true, ConcernsAll = true };

    public static EndpointAnswer Of(HttpStatusCode status, HttpResponseHeaders headers, byte[] body, ChatQuestion question, DateTimeOffset now)
    {
        if ((int)status is >= 200 and < 300)
            return OfSuccess(body, question);

        (string? message, string? code, string? parameter) = ErrorOf(body);
        string problem = $"{(int)status} {message ?? status.ToString()}";
        // An account without money answers 429 too, and does so again.
        bool isOutOfMoney = code == "insufficient_quota";
        return new EndpointAnswer
        {
            Problem = problem,
            Parameter = parameter,
            RetryAfter = Endpoints.RetryAfter.Of(headers, now),
            MayPass = !isOutOfMoney && (int)status is 408 or 409 or 425 or 429 or >= 500,
            ConcernsAll = isOutOfMoney || (int)status is not (400 or 413 or 422),
        };
    }

    static EndpointAnswer OfSuccess(byte[] body, ChatQuestion question)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            JsonElement choice = document.RootElement.GetProperty("choices")[0];
            JsonElement message = choice.GetProperty("message");
            string? text = Find(message, "content") is { } content ? content.GetString() : null;
            string? finish = Find(choice, "finish_reason") is { } reason ? reason.GetString() : null;
            (int prompt, int completion) = UsageOf(document.RootElement, question);
            string? problem =
                finish == "length" && completion < question.MaxTokens ? Text.Of(
                    $"the answer was cut after {Text.Counted(completion, "token")} of the {question.MaxTokens} that were allowed: the model's context is full with {prompt + completion} tokens. Shorten the rows, or take a model with a larger context",
                    $"允许 {question.MaxTokens} 个词元，但回答在 {completion} 个词元处被截断：模型的上下文已满，共 {prompt + completion} 个词元。请缩短各行，或换用上下文更长的模型")
                : finish == "length" ? Text.Of($"the answer was cut after {Text.Counted(question.MaxTokens, "token")}; allow more with --max-tokens", $"回答在 {question.MaxTokens} 个词元处被截断；请用 --max-tokens 放宽")
                : string.IsNullOrWhiteSpace(text) ? Text.Of("the model gave no text", "模型没有给出文本")
                : null;
            return new EndpointAnswer { Reply = new ChatReply(problem is null ? Unwrap(text!, question) : text ?? "", prompt, completion) { Problem = problem } };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            return new EndpointAnswer { Problem = Text.Of("the answer is no chat completion", "返回的不是对话补全"), MayPass = true };
        }
    }

    static (int Prompt, int Completion) UsageOf(JsonElement root, ChatQuestion question) =>
        Find(root, "usage") is { ValueKind: JsonValueKind.Object } usage && Count(usage, "prompt_tokens") is { } prompt && Count(usage, "completion_tokens") is { } completion
            ? (prompt, completion)
            : (question.PromptTokensAtMost, question.MaxTokens);

    static int? Count(JsonElement usage, string name) => Find(usage, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int count) && count >= 0 ? count : null;

    /// <summary>The choice inside the object that the schema asked for; the text as it is where the endpoint took no notice of the schema, for the answer has its price all the same.</summary>
    static string Unwrap(string text, ChatQuestion question)
    {
        if (question.Choices.Count == 0)
            return text;
        try
        {
            using var document = JsonDocument.Parse(text);
            return Member(document.RootElement, "choice") ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    static (string? Message, string? Code, string? Parameter) ErrorOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            JsonElement error = Find(document.RootElement, "error") ?? document.RootElement;
            return error.ValueKind == JsonValueKind.String ? (error.GetString(), null, null) : (Member(error, "message"), Member(error, "code"), Member(error, "param"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No JSON, or one with half an escape.
            return default;
        }
    }

    static string? Member(JsonElement holder, string name) => Find(holder, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A member that is there and not null.</summary>
    static JsonElement? Find(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
