using System.Net;
using Hone.Server.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>Finds out who sends a request, before anything else of it is looked at, and whether the role allows to change anything.</summary>
sealed class Authentication(RequestDelegate next, ApiKeys keys)
{
    const string Scheme = "Bearer ";

    // Once there is a key there always is one.
    volatile bool _needsKey;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return next(context);
        Caller caller = Identify(context);
        caller.AttachTo(context);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            caller.Require(Role.Member);
        return next(context);
    }

    Caller Identify(HttpContext context)
    {
        if (!_needsKey && !(_needsKey = keys.Exist()))
            return IsLocal(context.Request) ? Caller.Local : throw ApiError.Forbidden("This server has no keys and takes requests of this machine's own programs only. Make a key with 'hone keys create'.");
        string header = context.Request.Headers.Authorization.ToString();
        string secret = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (secret.Length == 0)
            throw Unauthorized("You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).", code: null);
        return keys.Find(secret)?.ToCaller()
            ?? throw Unauthorized($"Incorrect API key provided: {ApiKey.Masked(secret)}. You can find your API key at the machine that runs this server: 'hone keys list', or make one: 'hone keys create'.", "invalid_api_key");
    }

    /// <summary>Whether a program of this machine sends it, and not a page of the web that a browser here shows: those name another host or origin.</summary>
    static bool IsLocal(HttpRequest request) =>
        IsLoopback(request.Host.Host) && (request.Headers.Origin is not [{ } origin] || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && IsLoopback(page.Host)));

    static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    static ApiError Unauthorized(string message, string? code) => new(StatusCodes.Status401Unauthorized, ApiError.InvalidRequest, message, code: code);
}
