using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Hone.Engine;
using Hone.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Http;

/// <summary>Puts the headers on every response that clients log and support asks for: the request's id, who asked, and how long it took to begin the answer.</summary>
sealed class ResponseHeaders(RequestDelegate next)
{
    const string Version = "2020-10-01";
    const int MaxEchoedLength = 100;

    static readonly SearchValues<char> Echoed = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.");

    public Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        context.TraceIdentifier = Ids.NewHex("req_");
        // Programs read these messages, and scripts written for the original expect its language.
        Text.IsChinese = false;
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers["x-request-id"] = context.TraceIdentifier;
            headers["openai-version"] = Version;
            headers["openai-processing-ms"] = ((long)Stopwatch.GetElapsedTime(start).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            headers["openai-organization"] = Named(context, "OpenAI-Organization") ?? Caller.Find(context)?.Organisation;
            headers["openai-project"] = Named(context, "OpenAI-Project") ?? Caller.Find(context)?.Project;
            headers.XContentTypeOptions = "nosniff";
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>A name that the client sent, when it is one: nothing else is repeated in a header.</summary>
    static string? Named(HttpContext context, string header) =>
        context.Request.Headers[header] is [{ Length: > 0 and <= MaxEchoedLength } name] && name.AsSpan().IndexOfAnyExcept(Echoed) < 0 ? name : null;
}
