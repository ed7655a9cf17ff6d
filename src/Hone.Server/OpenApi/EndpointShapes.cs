using Hone.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hone.Server.OpenApi;

/// <summary>The JSON body of an endpoint: <see cref="JsonFields"/> reads it.</summary>
sealed record BodyShape(ObjectShape Object);

/// <summary>The form of an endpoint: <see cref="MultipartForm"/> reads it.</summary>
/// <param name="File">The name of the part that is a file.</param>
/// <param name="Texts">The other parts.</param>
sealed record FormShape(string File, IReadOnlyList<Field> Texts);

/// <summary>The query of an endpoint: <see cref="QueryFields"/> reads it.</summary>
sealed record QueryShape(IReadOnlyList<Field> Fields);

/// <summary>An answer that the type of the handler's result does not tell.</summary>
sealed record AnswerShape(string MediaType, Shape Shape);

/// <summary>What endpoints say of their requests and answers when they are mapped.</summary>
static class EndpointShapes
{
    public static RouteHandlerBuilder WithBody(this RouteHandlerBuilder endpoint, ObjectShape shape) => endpoint.WithMetadata(new BodyShape(shape));

    public static RouteHandlerBuilder WithForm(this RouteHandlerBuilder endpoint, string file, params Field[] texts) => endpoint.WithMetadata(new FormShape(file, texts));

    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, params Field[] fields) => endpoint.WithMetadata(new QueryShape(fields));

    public static RouteHandlerBuilder WithAnswer(this RouteHandlerBuilder endpoint, Shape shape, string mediaType = "application/json") => endpoint.WithMetadata(new AnswerShape(mediaType, shape));

    /// <summary>What the endpoint that takes a request says of it.</summary>
    public static T ShapeOf<T>(this HttpContext context)
        where T : class =>
        context.GetEndpoint()?.Metadata.GetMetadata<T>() ?? throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} has no {typeof(T).Name}.");
}
