using Hone.Data.Analysis.Reports;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Analysis;

/// <summary>Computes analyses, one at a time: each takes all threads. Meanwhile the rows of the next one may be read, and no more: those of all that wait would fill the memory.</summary>
sealed class AnalysisAnswer : IDisposable
{
    public const string Html = "text/html";

    const int MostWaiting = 16;
    const int MostInMemory = 2;
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim _places = new(MostInMemory);
    readonly SemaphoreSlim _turn = new(1);
    int _waiting;

    /// <summary>Waits for a place for the rows of a request, and does what needs them.</summary>
    /// <exception cref="ApiError">429: too many wait.</exception>
    public async ValueTask<T> InPlaceAsync<T>(Func<ValueTask<T>> work, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                throw ApiError.Overloaded("Too many analyses wait. Please try again later.", RetryAfter, code: "engine_overloaded");
            await _places.WaitAsync(cancel);
            try
            {
                return await work();
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The report, or for those who accept text/html its page.</summary>
    /// <param name="param">The parameter that is to blame for what cannot be computed.</param>
    /// <exception cref="ApiError">400: it cannot be computed.</exception>
    public async Task<IResult> SendAsync<T>(HttpContext context, AnalysedTexts source, string param, Func<T> compute, Func<T, MapContent> map, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => AnswerOf(context, source, param, compute, map, cancel), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Chooses the language of the request.</summary>
    public static void Speak(QueryFields query) => Text.IsChinese = query.Text("lang") == "zh";

    public void Dispose()
    {
        _turn.Dispose();
        _places.Dispose();
    }

    static IResult AnswerOf<T>(HttpContext context, AnalysedTexts source, string param, Func<T> compute, Func<T, MapContent> map, CancellationToken cancel)
    {
        T report = AnalysisTexts.Refusing(param, compute);
        if (!context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(Html, StringComparison.OrdinalIgnoreCase)))
            return TypedResults.Ok(report);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return TypedResults.Content(MapPage.Of(source.Texts, map(report), cancel), Html + "; charset=utf-8");
    }
}

static class AnalysisEndpoints
{
    /// <summary>An endpoint whose answer is a report, as JSON or as a page with maps.</summary>
    public static RouteHandlerBuilder WithReport<T>(this RouteHandlerBuilder endpoint, ObjectShape body) =>
        endpoint.WithBody(body).WithQuery(AnalysisBody.Language).WithAnswer(Shape.Of<T>()).WithAnswer(Shape.AnyText, AnalysisAnswer.Html)
            .AddEndpointFilter(static (call, next) => call.HttpContext.RequestServices.GetRequiredService<AnalysisAnswer>().InPlaceAsync(() => next(call), call.HttpContext.RequestAborted));
}
