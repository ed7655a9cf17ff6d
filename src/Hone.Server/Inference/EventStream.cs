using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Inference;

/// <summary>Server-sent events as the clients of the interface read them: <c>data: {json}</c> and an empty line, at the end <c>data: [DONE]</c>.</summary>
sealed class EventStream(HttpResponse response) : IDisposable
{
    public static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly Utf8JsonWriter _writer = new(response.BodyWriter, Format);

    /// <summary>Sends an event; the headers before the first one.</summary>
    public async Task SendAsync(Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            await response.StartAsync(cancel);
        }

        response.BodyWriter.Write("data: "u8);
        _writer.Reset();
        write(_writer);
        await _writer.FlushAsync(cancel);
        response.BodyWriter.Write("\n\n"u8);
        await response.BodyWriter.FlushAsync(cancel);
    }

    public async Task EndAsync(CancellationToken cancel)
    {
        response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await response.BodyWriter.FlushAsync(cancel);
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>What went wrong after the answer had begun, for clients that read it. The exception then ends the answer without its end.</summary>
    public Task FailAsync(Exception failure, CancellationToken cancel)
    {
        JsonElement error = JsonSerializer.SerializeToElement(ErrorResponses.ErrorOf(failure).ToBody(), Json.Options);
        return SendAsync(error.WriteTo, cancel);
    }
}
