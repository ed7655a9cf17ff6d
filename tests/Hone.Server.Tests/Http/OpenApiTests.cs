using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Every_route_is_described_once()
    {
        await using TestServer server = await TestServer.StartAsync();
        string[] routes = [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(route => route.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal)];

        JsonNode document = await TestServer.JsonOf(await server.GetAsync("/openapi.json"));

        document["openapi"]!.GetValue<string>().ShouldBe("3.1.0");
        document["paths"]!.AsObject().Select(path => path.Key).ShouldBe(routes);
        routes.ShouldContain("/v1/files/{id}/content");
        string[] operations = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["operationId"]!.GetValue<string>())];
        operations.Distinct().Count().ShouldBe(operations.Length);
        operations.ShouldContain("createFile");
    }

    [Fact]
    public async Task An_answer_is_described_as_it_is_written()
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode document = await TestServer.JsonOf(await server.GetAsync("/openapi.json"));

        JsonNode schema = document["paths"]!["/v1/files/{id}"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
        schema["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal)
            .ShouldBe(["bytes", "created_at", "expires_at", "filename", "id", "object", "purpose", "status", "status_details"]);
        schema["properties"]!["created_at"]!["type"]!.GetValue<string>().ShouldBe("integer");
    }
}
