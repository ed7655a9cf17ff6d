using System.Text.Json;
using Hone.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Http;

/// <summary>Makes requests to the server's own endpoints, without a connection: each is answered as one that came over the network.</summary>
sealed class InProcessRequests(EndpointDataSource endpoints, IServiceScopeFactory scopes, ILogger<InProcessRequests> log)
{
    /// <summary>An answer, or an error in the same form.</summary>
    public sealed record Answer(int Status, string RequestId, JsonElement Body, TimeSpan? RetryAfter);

    /// <summary>POST of a JSON body to a route without parameters.</summary>
    public async Task<Answer> PostAsync(string path, JsonElement body, Caller caller, CancellationToken cancel)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        MemoryStream response = new();
        DefaultHttpContext context = new() { RequestServices = scope.ServiceProvider, RequestAborted = cancel, TraceIdentifier = Ids.NewHex("req_") };
        context.Request.Method = HttpMethods.Post;
        context.Request.Path = path;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(body));
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new WithBody());
        context.Response.Body = response;
        caller.AttachTo(context);
        try
        {
            RouteEndpoint endpoint = Find(path) ?? throw ApiError.NotFound($"Invalid URL (POST {JsonFields.Shown(path)})");
            context.SetEndpoint(endpoint);
            await endpoint.RequestDelegate!(context);
            await context.Response.CompleteAsync();
            return new Answer(context.Response.StatusCode, context.TraceIdentifier, JsonSerializer.Deserialize<JsonElement>(response.GetBuffer().AsSpan(0, (int)response.Length)), RetryAfter: null);
        }
        catch (Exception failure) when (!(failure is OperationCanceledException && cancel.IsCancellationRequested))
        {
            ApiError error = ErrorResponses.ErrorOf(failure);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                log.LogError(failure, "{Request} POST {Path} failed.", context.TraceIdentifier, path);
            return new Answer(error.Status, context.TraceIdentifier, JsonSerializer.SerializeToElement(error.ToBody(), Json.Options), error.RetryAfter);
        }
    }

    RouteEndpoint? Find(string path) =>
        endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint =>
            endpoint.RoutePattern.RawText == path && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true);

    sealed class WithBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
