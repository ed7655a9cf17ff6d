using System.Globalization;
using Hone.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Limits;

/// <summary>Counts every request of a known caller, and tells in the response what is left.</summary>
sealed class RateLimitHeaders(RequestDelegate next, RateLimits limits, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Caller.Find(context) is { } caller)
        {
            context.Response.OnStarting(() =>
            {
                Write(context.Response.Headers, caller);
                return Task.CompletedTask;
            });
            limits.TakeRequest(caller);
        }

        return next(context);
    }

    /// <summary>A time as the headers write it: <c>6ms</c>, <c>1s</c>, <c>6m0s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        long milliseconds = (long)Math.Ceiling(Math.Max(0, time.TotalMilliseconds));
        if (milliseconds < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        string seconds = (milliseconds % 60_000 / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
        return milliseconds < 60_000 ? $"{seconds}s" : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000}m{seconds}s");
    }

    void Write(IHeaderDictionary headers, Caller caller)
    {
        RateLimits.Buckets buckets = limits.Of(caller);
        Write(headers, "requests", buckets.Requests);
        Write(headers, "tokens", buckets.Tokens);
    }

    void Write(IHeaderDictionary headers, string unit, Bucket bucket)
    {
        (long left, TimeSpan untilFull) = bucket.Look(clock.GetUtcNow());
        headers[$"x-ratelimit-limit-{unit}"] = bucket.PerMinute.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{unit}"] = left.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{unit}"] = Duration(untilFull);
    }
}
