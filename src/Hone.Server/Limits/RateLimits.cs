using System.Collections.Concurrent;
using Hone.Server.Access;
using Hone.Server.Http;

namespace Hone.Server.Limits;

/// <summary>What each key has left of its requests and tokens per minute. It is kept in memory: a server that is started again begins anew.</summary>
public sealed class RateLimits(ServerSettings settings, TimeProvider clock)
{
    readonly ConcurrentDictionary<string, Buckets> _buckets = new(StringComparer.Ordinal);

    internal sealed record Buckets(Bucket Requests, Bucket Tokens);

    /// <summary>Counts a request; 429 when the caller has none left.</summary>
    public void TakeRequest(Caller caller) => Take(Of(caller).Requests, 1, caller, "requests", "RPM");

    /// <summary>Counts the tokens that a request will need at least; 429 when the caller has not so many left.</summary>
    public void TakeTokens(Caller caller, long tokens) => Take(Of(caller).Tokens, tokens, caller, "tokens", "TPM");

    /// <summary>Counts them as <see cref="TakeTokens"/> does, and begins the request; they are given back when it is turned away.</summary>
    public T Begin<T>(Caller caller, long tokens, Func<T> begin)
    {
        TakeTokens(caller, tokens);
        try
        {
            return begin();
        }
        catch (ApiError)
        {
            SettleTokens(caller, -tokens);
            throw;
        }
    }

    /// <summary>Counts tokens that came in addition, such as those of the answer; negative ones are given back.</summary>
    public void SettleTokens(Caller caller, long tokens) => Of(caller).Tokens.Settle(tokens, clock.GetUtcNow());

    internal Buckets Of(Caller caller) =>
        _buckets.GetOrAdd(caller.Key ?? "", static (_, limits) => limits.Full(), this);

    Buckets Full()
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new Buckets(new Bucket(settings.Limits.RequestsPerMinute, now), new Bucket(settings.Limits.TokensPerMinute, now));
    }

    void Take(Bucket bucket, long amount, Caller caller, string unit, string abbreviation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (bucket.Take(amount, now) is not { } wait)
            return;
        long used = bucket.PerMinute - bucket.Look(now).Left;
        throw ApiError.Overloaded(
            $"Rate limit reached in organization {caller.Organisation} on {unit} per min ({abbreviation}): Limit {bucket.PerMinute}, Used {used}, Requested {amount}. Please try again in {RateLimitHeaders.Duration(wait)}.",
            wait,
            type: unit);
    }
}
