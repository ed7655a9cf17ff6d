using System.Globalization;
using System.Net.Http.Headers;

namespace Hone.Data.Endpoints;

/// <summary>How long an answer over HTTP asks to wait before the request is sent again.</summary>
public static class RetryAfter
{
    /// <summary>Null also for no time at all: then the usual pauses hold.</summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(headers);
        TimeSpan? precise = headers.TryGetValues("retry-after-ms", out IEnumerable<string>? values) && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds) && milliseconds is >= 0 and < 1e9
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
        TimeSpan? wait = precise ?? headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - now;
        return wait > TimeSpan.Zero ? wait : null;
    }
}
