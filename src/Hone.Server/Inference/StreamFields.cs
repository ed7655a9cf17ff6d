using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Inference;

/// <summary>The parameters about streaming, which chat and text completions have in common.</summary>
static class StreamFields
{
    public static readonly Field[] Fields =
    [
        Field.Optional("stream", Shape.Boolean, "Server-sent events instead of one answer.", false),
        Field.Optional("stream_options", Shape.Open(Field.Optional("include_usage", Shape.Boolean, "A last event with the tokens.")), "Only with 'stream'."),
    ];

    public static (bool Streams, bool WantsUsage) Read(JsonFields body)
    {
        bool streams = body.Boolean("stream") ?? false;
        JsonFields? options = body.Object("stream_options");
        if (options is not null && !streams)
            throw ApiError.Invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
        return (streams, options?.Boolean("include_usage") ?? false);
    }
}
