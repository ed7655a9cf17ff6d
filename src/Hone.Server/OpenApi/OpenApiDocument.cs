using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.OpenApi;

/// <summary>Describes the endpoints as an OpenAPI 3.1 document, from the routes, the types and the shapes by which requests are read.</summary>
static class OpenApiDocument
{
    const string Description = """
        OpenAI's interface of files, fine-tuning, models and inference, on one's own machine.

        A member of a request that is null counts as absent. Clients written for OpenAI's interface work unchanged with another base URL.
        """;

    public static JsonObject Of(EndpointDataSource endpoints)
    {
        Components components = new();
        JsonObject paths = [];
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            string path = endpoint.RoutePattern.RawText!;
            JsonObject operations = paths[path]?.AsObject() ?? [];
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                operations[method.ToLowerInvariant()] = Operation(endpoint, components);
            paths[path] = operations;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Hone", ["version"] = GetVersion.Current, ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["ApiKey"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["ApiKey"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key from 'hone keys create'. A server without keys takes requests of its own machine's programs without one." },
                },
                ["schemas"] = components.Schemas,
            },
        };
    }

    static JsonObject Operation(RouteEndpoint endpoint, Components components)
    {
        Type? handler = endpoint.Metadata.GetMetadata<MethodInfo>()?.DeclaringType;
        string name = handler?.Name ?? endpoint.RoutePattern.RawText!;
        JsonObject operation = new()
        {
            ["operationId"] = JsonNamingPolicy.CamelCase.ConvertName(name),
            ["summary"] = Words(name),
            ["tags"] = new JsonArray(Tag(handler)),
            ["parameters"] = new JsonArray([.. PathParameters(endpoint), .. QueryParameters(endpoint, components)]),
            ["responses"] = Responses(endpoint, components),
        };
        if (endpoint.Metadata.GetMetadata<BodyShape>() is { } body)
            operation["requestBody"] = Body("application/json", body.Object.ToSchema(components));
        else if (endpoint.Metadata.GetMetadata<FormShape>() is { } form)
            operation["requestBody"] = Body("multipart/form-data", Form(form, components));
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            operation["security"] = new JsonArray();
        return operation;
    }

    /// <summary><c>Create fine tuning job</c> of <c>CreateFineTuningJob</c>.</summary>
    static string Words(string name)
    {
        StringBuilder words = new();
        foreach (char letter in name)
            words.Append(char.IsUpper(letter) && words.Length > 0 ? " " + char.ToLowerInvariant(letter) : letter.ToString());
        return words.ToString();
    }

    /// <summary>The folder of the feature.</summary>
    static string Tag(Type? handler) => handler?.Namespace?.Split('.').ElementAtOrDefault(2) ?? "Http";

    static IEnumerable<JsonNode> PathParameters(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.Parameters.Select(part => new JsonObject { ["name"] = part.Name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } });

    static IEnumerable<JsonNode> QueryParameters(RouteEndpoint endpoint, Components components) =>
        (endpoint.Metadata.GetMetadata<QueryShape>()?.Fields ?? []).Select(field => QueryParameter(field, components));

    static JsonObject QueryParameter(Field field, Components components)
    {
        JsonObject schema = field.Shape.ToSchema(components);
        if (field.Default is not null)
            schema["default"] = field.Default.DeepClone();
        JsonObject parameter = new() { ["name"] = field.Name, ["in"] = "query", ["required"] = field.IsRequired, ["schema"] = schema };
        if (field.Description is not null)
            parameter["description"] = field.Description;
        if (field.Shape is ObjectShape)
            (parameter["style"], parameter["explode"]) = ("deepObject", true); // metadata[key]=value
        return parameter;
    }

    static JsonObject Form(FormShape form, Components components)
    {
        JsonObject schema = new ObjectShape([new Field(form.File, Shape.AnyText), .. form.Texts]) { IsClosed = true }.ToSchema(components);
        schema["properties"]![form.File] = new JsonObject { ["type"] = "string", ["contentMediaType"] = "application/octet-stream" };
        schema["required"] = new JsonArray([form.File, .. form.Texts.Where(text => text.IsRequired).Select(text => JsonValue.Create(text.Name))]);
        return schema;
    }

    static JsonObject Body(string mediaType, JsonNode schema)
    {
        JsonObject body = Content("", mediaType, schema);
        body.Remove("description");
        body["required"] = true;
        return body;
    }

    static JsonObject Responses(RouteEndpoint endpoint, Components components)
    {
        JsonObject responses = new() { ["200"] = Answer(endpoint, components) };
        if (endpoint.Metadata.GetMetadata<DetailedErrors>() is not null)
            foreach (int status in DetailedErrors.Statuses)
                responses[status.ToString(CultureInfo.InvariantCulture)] = Error(typeof(ApiError.DetailedErrorBody), components);
        responses["default"] = Error(typeof(ApiError.ErrorBody), components);
        return responses;
    }

    static JsonObject Answer(RouteEndpoint endpoint, Components components)
    {
        const string Description = "The answer.";
        if (endpoint.Metadata.GetOrderedMetadata<AnswerShape>() is { Count: > 0 } shapes)
            return new JsonObject
            {
                ["description"] = Description,
                ["content"] = new JsonObject(shapes.Select(shape => KeyValuePair.Create(shape.MediaType, (JsonNode?)new JsonObject { ["schema"] = shape.Shape.ToSchema(components) }))),
            };
        Type type = endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().First(answer => answer.StatusCode == StatusCodes.Status200OK).Type!;
        return Content(Description, "application/json", components.Refer(type));
    }

    static JsonObject Error(Type body, Components components) => Content("What went wrong.", "application/json", components.Refer(body));

    static JsonObject Content(string description, string mediaType, JsonNode schema) =>
        new() { ["description"] = description, ["content"] = new JsonObject { [mediaType] = new JsonObject { ["schema"] = schema } } };
}
