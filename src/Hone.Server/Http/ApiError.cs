using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>What the caller of the HTTP interface did wrong, or what the server cannot do now: answered with the interface's error object, always in English.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">The class of the error: <c>invalid_request_error</c>, <c>rate_limit_error</c>, <c>server_error</c>.</param>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="param">The parameter at fault.</param>
/// <param name="code">A word for programs.</param>
public sealed class ApiError(int status, string type, string message, string? param = null, string? code = null) : Exception(message)
{
    public const string InvalidRequest = "invalid_request_error";
    public const string ServerError = "server_error";

    public int Status { get; } = status;

    public string Type { get; } = type;

    public string? Param { get; } = param;

    public string? Code { get; } = code;

    /// <summary>After how long asking again makes sense: the header <c>Retry-After</c>, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400: a parameter cannot be meant. State conflicts too, because clients repeat a 409.</summary>
    public static ApiError Invalid(string message, string? param = null, string? code = null) => new(StatusCodes.Status400BadRequest, InvalidRequest, message, param, code);

    /// <summary>404: there is no such thing, or it belongs to others.</summary>
    public static ApiError NotFound(string message, string? param = null, string? code = null) => new(StatusCodes.Status404NotFound, InvalidRequest, message, param, code);

    /// <summary>403: the caller's role does not allow it.</summary>
    public static ApiError Forbidden(string message) => new(StatusCodes.Status403Forbidden, InvalidRequest, message, code: "insufficient_permissions");

    /// <summary>404, as for a model of another organisation.</summary>
    public static ApiError UnknownModel(string model) =>
        NotFound($"The model `{model}` does not exist or you do not have access to it.", code: "model_not_found");

    /// <summary>429 with <c>Retry-After</c>: too much at once.</summary>
    public static ApiError Overloaded(string message, TimeSpan retryAfter, string type = "rate_limit_error", string code = "rate_limit_exceeded") =>
        new(StatusCodes.Status429TooManyRequests, type, message, code: code) { RetryAfter = retryAfter };

    /// <summary>The body: <c>error</c> with its four members.</summary>
    internal ErrorBody ToBody() => new(ToView());

    /// <summary>The body with <c>detail</c> beside <c>error</c>.</summary>
    internal DetailedErrorBody ToDetailedBody() => new(ToView(), new ErrorDetail(Message, Code));

    internal ErrorObject ToView() => new(Message, Type, Param, Code);

    internal sealed record ErrorObject(string Message, string Type, string? Param, string? Code);

    internal sealed record ErrorDetail(string Message, string? Code);

    internal sealed record ErrorBody(ErrorObject Error);

    internal sealed record DetailedErrorBody(ErrorObject Error, ErrorDetail Detail);
}
