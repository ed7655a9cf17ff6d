using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hone.Server.Http;

/// <summary>Describes the endpoints as an OpenAPI 3.1 document: paths, parameters, the schemas of answers and of errors, from the routes and types themselves.</summary>
static class OpenApiDocument
{
    static readonly JsonSchemaExporterOptions Schemas = new()
    {
        TreatNullObliviousAsNonNullable = true,
        // Times have a converter, of which the exporter knows nothing.
        TransformSchemaNode = (context, schema) =>
            context.TypeInfo.Type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "integer", ["format"] = "unixtime" }
            : context.TypeInfo.Type == typeof(DateTimeOffset?) ? new JsonObject { ["type"] = new JsonArray("integer", "null"), ["format"] = "unixtime" }
            : schema,
    };

    public static JsonObject Of(EndpointDataSource endpoints)
    {
        JsonObject paths = [];
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            string path = endpoint.RoutePattern.RawText!;
            JsonObject operations = paths[path]?.AsObject() ?? [];
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                operations[method.ToLowerInvariant()] = Operation(endpoint, method);
            paths[path] = operations;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Hone", ["version"] = GetVersion.Current, ["description"] = "The OpenAI interface of fine-tuning, files, models and inference on one's own machine." },
            ["security"] = new JsonArray(new JsonObject { ["ApiKey"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["ApiKey"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject { ["Error"] = SchemaOf(typeof(ApiError.Body)) },
            },
        };
    }

    static JsonObject Operation(RouteEndpoint endpoint, string method)
    {
        JsonObject operation = new()
        {
            ["operationId"] = OperationId(endpoint),
            ["parameters"] = new JsonArray([.. endpoint.RoutePattern.Parameters.Select(Parameter)]),
            ["responses"] = new JsonObject { ["200"] = Answer(endpoint), ["default"] = Content("An error", "application/json", new JsonObject { ["$ref"] = "#/components/schemas/Error" }) },
        };
        if (HttpMethods.IsPost(method))
            operation["requestBody"] = new JsonObject { ["content"] = new JsonObject { [endpoint.Metadata.GetMetadata<BodyLimit>() is null ? "application/json" : "multipart/form-data"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } } } };
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            operation["security"] = new JsonArray();
        return operation;
    }

    /// <summary>The name of the class that handles it, such as <c>createFile</c>.</summary>
    static string OperationId(RouteEndpoint endpoint) => JsonNamingPolicy.CamelCase.ConvertName(endpoint.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Name ?? endpoint.RoutePattern.RawText!);

    static JsonNode Parameter(RoutePatternParameterPart part) =>
        new JsonObject { ["name"] = part.Name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };

    static JsonObject Answer(RouteEndpoint endpoint)
    {
        Type? type = endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().FirstOrDefault(answer => answer.StatusCode == StatusCodes.Status200OK)?.Type;
        return type is null || type == typeof(void) || typeof(IResult).IsAssignableFrom(type) ? Content("The answer", "*/*", new JsonObject()) : Content("The answer", "application/json", SchemaOf(type));
    }

    static JsonObject Content(string description, string mediaType, JsonNode schema) =>
        new() { ["description"] = description, ["content"] = new JsonObject { [mediaType] = new JsonObject { ["schema"] = schema } } };

    static JsonNode SchemaOf(Type type) => Json.Options.GetJsonSchemaAsNode(type, Schemas);
}
