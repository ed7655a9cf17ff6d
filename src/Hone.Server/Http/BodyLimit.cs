using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hone.Server.Http;

/// <summary>Lets an endpoint take larger bodies than others.</summary>
/// <param name="bytes">The most, with everything around the content.</param>
sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize { get; } = bytes;
}

/// <summary>Marks endpoints whose errors repeat message and code in <c>detail</c>, as those about files do.</summary>
sealed class DetailedErrors
{
    /// <summary>The errors that do so; those that come before the endpoint, such as a wrong key, do not.</summary>
    public static IReadOnlyList<int> Statuses { get; } = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound];
}

/// <summary>What endpoints say of themselves when they are mapped.</summary>
static class EndpointMarks
{
    public static RouteHandlerBuilder WithBodyLimit(this RouteHandlerBuilder endpoint, long bytes) => endpoint.WithMetadata(new BodyLimit(bytes));

    public static RouteHandlerBuilder WithDetailedErrors(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new DetailedErrors());
}
