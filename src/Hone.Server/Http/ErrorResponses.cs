using System.Globalization;
using Hone.Engine;
using Hone.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Http;

/// <summary>Turns everything that goes wrong into the interface's error object: mistakes of callers with their words, bugs without details, which go to the log.</summary>
sealed class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> log)
{
    const string MediaType = "application/json";
    const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && Describe(context) is { } error)
                await WriteAsync(context, error);
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested && failure is OperationCanceledException or IOException)
        {
            // Nobody reads the answer.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception failure)
        {
            ApiError error = ErrorOf(failure);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                log.LogError(failure, "{Request} {Method} {Path} failed.", context.TraceIdentifier, context.Request.Method, context.Request.Path);
            // What has begun cannot be taken back. Kestrel sends what was written and closes the connection without the answer's end, which tells clients that it is not whole.
            // An abort would tell it too, but lose what is on its way, such as the event of the error.
            if (context.Response.HasStarted)
                throw;
            await WriteAsync(context, error);
            if (error.Status == StatusCodes.Status413PayloadTooLarge)
                await BodyLimits.DrainAsync(context);
        }
    }

    /// <summary>What an exception means to the caller.</summary>
    public static ApiError ErrorOf(Exception failure) =>
        failure switch
        {
            ApiError error => error,
            DatabaseFullException => NoRoom("The disk of the server's database is full."),
            _ when FullDisk.IsCauseOf(failure) => NoRoom("The disk of the server's data folder is full."),
            HoneException problem => ApiError.Invalid(problem.Message),
            BadHttpRequestException bad => new ApiError(bad.StatusCode, ApiError.InvalidRequest, bad.Message),
            _ => new ApiError(StatusCodes.Status500InternalServerError, ApiError.ServerError, "The server had an error while processing your request. Its log says more."),
        };

    /// <summary>507. Which path that is, stands in the log: it is nothing for callers.</summary>
    static ApiError NoRoom(string disk) =>
        new(
            StatusCodes.Status507InsufficientStorage,
            ApiError.ServerError,
            $"{disk} Nothing was kept of this request. Whoever runs the server has to free some space; then send the request again.",
            code: "insufficient_storage");

    /// <summary>The error of a request that no endpoint took.</summary>
    static ApiError? Describe(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ApiError.NotFound($"Invalid URL ({context.Request.Method} {JsonFields.Shown(context.Request.Path)}){BaseUrlHint(context.Request)}"),
            StatusCodes.Status405MethodNotAllowed => new ApiError(
                StatusCodes.Status405MethodNotAllowed,
                ApiError.InvalidRequest,
                $"Not allowed to {context.Request.Method} on {JsonFields.Shown(context.Request.Path)}. (HINT: Perhaps you meant to use a different HTTP method?)",
                code: "method_not_supported"),
            _ => null,
        };

    /// <summary>What clients miss most often: that the interface's paths begin with /v1.</summary>
    static string BaseUrlHint(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1") ? ""
        : $". The paths of this interface begin with /v1: a client's base_url ends with it, as in {request.Scheme}://{JsonFields.Shown(request.Host.Value ?? "")}/v1";

    static Task WriteAsync(HttpContext context, ApiError error)
    {
        HttpResponse response = context.Response;
        string? allow = response.Headers.Allow;
        response.Clear();
        response.StatusCode = error.Status;
        if (allow is not null)
            response.Headers.Allow = allow;
        // What is still on its way is no next request.
        if (error.Status == StatusCodes.Status413PayloadTooLarge)
            response.Headers.Connection = "close";
        if (error.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        bool isDetailed = DetailedErrors.Statuses.Contains(error.Status) && context.GetEndpoint()?.Metadata.GetMetadata<DetailedErrors>() is not null;
        return isDetailed
            ? response.WriteAsJsonAsync(error.ToDetailedBody(), Json.Options, MediaType, context.RequestAborted)
            : response.WriteAsJsonAsync(error.ToBody(), Json.Options, MediaType, context.RequestAborted);
    }
}
