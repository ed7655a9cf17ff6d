using System.Reflection;
using System.Text.Json.Nodes;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Hone.Server.Tests.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.OpenApi;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Every_route_is_described_once()
    {
        await using TestServer server = await TestServer.StartAsync();
        string[] routes = [.. Routes(server).Select(route => route.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal)];

        JsonNode document = await DocumentOf(server);

        document["paths"]!.AsObject().Select(path => path.Key).ShouldBe(routes);
        routes.ShouldContain("/v1/files/{id}/content");
        document["paths"]!.AsObject().Sum(path => path.Value!.AsObject().Count).ShouldBe(Routes(server).Count());
    }

    [Fact]
    public async Task Every_parameter_and_every_body_of_every_route_is_described()
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode document = await DocumentOf(server);

        foreach (RouteEndpoint route in Routes(server))
        {
            JsonNode operation = document["paths"]![route.RoutePattern.RawText!]![route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single().ToLowerInvariant()]!;
            ParameterInfo[] read = route.Metadata.GetMetadata<MethodInfo>()!.GetParameters();
            string place = route.DisplayName!;
            ParametersIn("path", operation).ShouldBe(route.RoutePattern.Parameters.Select(part => part.Name), place);
            ParametersIn("query", operation).Any().ShouldBe(read.Any(parameter => parameter.ParameterType == typeof(QueryFields)), place);
            string? body = operation["requestBody"]?["content"]!.AsObject().Single().Key;
            body.ShouldBe(read.Any(parameter => parameter.ParameterType == typeof(JsonFields)) ? "application/json" : route.Metadata.GetMetadata<FormShape>() is not null ? "multipart/form-data" : null, place);
            if (body is not null)
                operation["requestBody"]!["content"]![body]!["schema"]!.ToJsonString().ShouldMatch("properties|\\$ref", place);
            operation["responses"]!["200"]!["content"]!.AsObject().ShouldAllBe(content => content.Value!["schema"] != null, place);
        }
    }

    [Fact]
    public async Task A_generator_of_clients_accepts_the_document()
    {
        await using TestServer server = await TestServer.StartAsync();

        DocumentCheck.Problems(await DocumentOf(server)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"openapi\":\"3.1.0\"", "\"openapi\":\"3.0\"")]
    [InlineData("\"operationId\":\"createFile\"", "\"operationId\":\"listFiles\"")]
    [InlineData("\"name\":\"checkpoint\"", "\"name\":\"model\"")]
    [InlineData("#/components/schemas/FilePage", "#/components/schemas/Filepage")]
    [InlineData("\"maxLength\":64", "\"maxlength\":64")]
    [InlineData("\"maxLength\":64", "\"maxLength\":0")]
    [InlineData("\"type\":\"integer\"", "\"type\":\"int\"")]
    [InlineData("\"required\":[\"model\"", "\"required\":[\"nodel\"")]
    [InlineData("\"default\":20", "\"default\":\"20\"")]
    [InlineData("\"in\":\"query\"", "\"in\":\"question\"")]
    [InlineData("\"ApiKey\":{", "\"Key\":{")]
    [InlineData("\"schema\":", "\"scheme\":")]
    public async Task A_document_that_is_broken_is_found(string right, string wrong)
    {
        await using TestServer server = await TestServer.StartAsync();
        string document = (await DocumentOf(server)).ToJsonString();
        document.ShouldContain(right);

        DocumentCheck.Problems(JsonNode.Parse(document.Replace(right, wrong, StringComparison.Ordinal))!).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_answer_is_described_as_it_is_written()
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode document = await DocumentOf(server);

        document["paths"]!["/v1/files/{id}"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>().ShouldBe("#/components/schemas/File");
        JsonNode schema = document["components"]!["schemas"]!["File"]!;
        schema["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal)
            .ShouldBe(["bytes", "created_at", "expires_at", "filename", "id", "object", "purpose", "status", "status_details"]);
        schema["properties"]!["created_at"]!["type"]!.GetValue<string>().ShouldBe("integer");
    }

    [Fact]
    public async Task A_request_is_described_with_its_limits()
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode document = await DocumentOf(server);

        JsonNode job = document["paths"]!["/v1/fine_tuning/jobs"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        job["required"]!.ToJsonString().ShouldBe("""["model","training_file"]""");
        job["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        job["properties"]!["suffix"]!.ToJsonString().ShouldBe("""{"type":["string","null"],"minLength":1,"maxLength":64,"description":"A part of the new model\u0027s name."}""");
        JsonNode form = document["paths"]!["/v1/files"]!["post"]!["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!;
        form["required"]!.ToJsonString().ShouldBe("""["file","purpose"]""");
        JsonNode limit = document["paths"]!["/v1/batches"]!["get"]!["parameters"]!.AsArray().Single(parameter => parameter!["name"]!.GetValue<string>() == "limit")!;
        limit["schema"]!.ToJsonString().ShouldBe("""{"type":"integer","minimum":1,"maximum":100,"default":20}""");
    }

    static IEnumerable<RouteEndpoint> Routes(TestServer server) => server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    static async Task<JsonNode> DocumentOf(TestServer server) => await TestServer.JsonOf(await server.GetAsync("/openapi.json"));

    static IEnumerable<string> ParametersIn(string where, JsonNode operation) =>
        operation["parameters"]!.AsArray().Where(parameter => parameter!["in"]!.GetValue<string>() == where).Select(parameter => parameter!["name"]!.GetValue<string>());
}
