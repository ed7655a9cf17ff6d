using System.Globalization;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hone.Server.Http;

/// <summary>Lets an endpoint take larger bodies than others.</summary>
/// <param name="bytes">The most, with everything around the content.</param>
sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
{
    /// <summary>The largest body of other requests.</summary>
    public const long DefaultBytes = 16 << 20;

    /// <summary>
    /// How much more than the limit is read, and thrown away: a client that is still sending would otherwise see a broken connection and not the reason. Who sends more than that sees it.
    /// </summary>
    public const long Surplus = 1L << 30;

    public long Bytes { get; } = bytes;

    /// <summary>What the connection lets through.</summary>
    public long? MaxRequestBodySize { get; } = bytes + Surplus;
}

/// <summary>Stops the reading of a body at the endpoint's limit with an error of the interface, and when the bodies that are kept in memory, those of JSON, have no more room together.</summary>
sealed class BodyLimits(RequestDelegate next, BodyRoom room)
{
    public async Task InvokeAsync(HttpContext context)
    {
        EndpointMetadataCollection? endpoint = context.GetEndpoint()?.Metadata;
        long limit = endpoint?.GetMetadata<BodyLimit>()?.Bytes ?? BodyLimit.DefaultBytes;
        LimitedBody body = new(context.Request.Body, limit, context.Request.ContentLength, endpoint?.GetMetadata<BodyShape>() is null ? null : room);
        context.Request.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            body.GiveBack();
        }
    }

    /// <summary>After the answer: reads what the client still sends, so that it comes to read the answer.</summary>
    public static async Task DrainAsync(HttpContext context)
    {
        if (context.Request.Body is not LimitedBody body)
            return;
        // Who asked first whether to send the body does not send it now: nobody is to wait for it.
        if (context.Request.Headers.Expect.Count > 0 && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } allowed)
        {
            allowed.MaxRequestBodySize = 0;
            return;
        }

        await context.Response.CompleteAsync();
        try
        {
            await body.Inner.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // Too much, or the client has gone.
        }
    }

    /// <summary>A body of at most so many bytes.</summary>
    /// <param name="room">Of what is read; null for a body that goes to the disk.</param>
    sealed class LimitedBody(Stream inner, long limit, long? announced, BodyRoom? room) : Stream
    {
        long _read;
        long _taken;

        public Stream Inner => inner;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (announced > limit)
                throw TooLarge();
            int read = await inner.ReadAsync(buffer, cancellationToken);
            if ((_read += read) > limit)
                throw TooLarge();
            room?.Take(read);
            _taken += read;
            return read;
        }

        /// <summary>When the request is over.</summary>
        public void GiveBack()
        {
            room?.Return(_taken);
            _taken = 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        ApiError TooLarge() =>
            new(
                StatusCodes.Status413PayloadTooLarge,
                ApiError.InvalidRequest,
                string.Create(CultureInfo.InvariantCulture, $"The request body is too large: at most {limit} bytes are possible here. Send larger files in parts: POST /v1/uploads."),
                code: "request_too_large");
    }
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
