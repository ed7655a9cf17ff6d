using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.Inference;

/// <summary>A whole answer as JSON, and what it cost.</summary>
sealed record CompletionBody(ReadOnlyMemory<byte> Json, Usage Usage)
{
    public static CompletionBody Of(Action<Utf8JsonWriter> write, Usage usage)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, EventStream.Format))
            write(writer);
        return new CompletionBody(buffer.WrittenMemory, usage);
    }

    public async Task SendAsync(HttpResponse response, CancellationToken cancel)
    {
        response.ContentType = "application/json";
        response.ContentLength = Json.Length;
        await response.BodyWriter.WriteAsync(Json, cancel);
    }
}
