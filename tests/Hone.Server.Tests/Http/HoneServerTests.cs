using System.Net;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.Storage;
using OpenAI.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class HoneServerTests
{
    [Fact]
    public async Task The_official_client_lists_models_and_finds_one_by_its_name_and_by_an_alias()
    {
        await using TestServer server = await TestServer.StartAsync();
        OpenAIModelClient client = server.Client().GetOpenAIModelClient();

        OpenAIModelCollection models = await client.GetModelsAsync();
        OpenAIModel nano = await client.GetModelAsync("hone-nano");
        OpenAIModel alias = await client.GetModelAsync("gpt-4o-mini");

        models.Select(model => model.Id).ShouldBe(["hone-nano"]);
        nano.OwnedBy.ShouldBe("hone");
        alias.Id.ShouldBe("gpt-4o-mini");
    }

    [Theory]
    [InlineData("GET", "/v1/models/gpt-9", 404, """{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData("GET", "/v1/nothing", 404, """{"error":{"message":"Invalid URL (GET /v1/nothing)","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("PUT", "/v1/models", 405, """{"error":{"message":"Not allowed to PUT on /v1/models. (HINT: Perhaps you meant to use a different HTTP method?)","type":"invalid_request_error","param":null,"code":"method_not_supported"}}""")]
    public async Task Errors_are_answered_with_the_interfaces_object(string method, string path, int status, string body)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.SendAsync(new HttpMethod(method), path);

        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
    }

    [Fact]
    public async Task A_path_without_v1_is_told_what_the_base_url_ends_with()
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.SendAsync(HttpMethod.Post, "/chat/completions");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        JsonNode error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        error["message"]!.GetValue<string>().ShouldBe(
            $"Invalid URL (POST /chat/completions). The paths of this interface begin with /v1: a client's base_url ends with it, as in {response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority)}/v1");
        error["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
    }

    [Fact]
    public async Task Every_response_carries_its_id_and_who_asked()
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage found = await server.GetAsync("/v1/models");
        HttpResponseMessage missing = await server.GetAsync("/v1/nothing");

        foreach (HttpResponseMessage response in new[] { found, missing })
        {
            response.Headers.GetValues("x-request-id").Single().ShouldMatch("^req_[0-9a-f]{32}$");
            response.Headers.GetValues("openai-version").ShouldBe(["2020-10-01"]);
            response.Headers.GetValues("openai-processing-ms").Single().ShouldMatch(@"^\d+$");
        }
        found.Headers.GetValues("openai-organization").ShouldBe(["local"]);
        found.Headers.GetValues("openai-project").ShouldBe(["proj_local"]);
        found.Headers.GetValues("x-request-id").ShouldNotBe(missing.Headers.GetValues("x-request-id"));
    }

    [Fact]
    public async Task Health_and_version_need_no_key()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { ApiKey = "sk-first" });

        JsonNode health = await TestServer.JsonOf(await server.GetAsync("/health"));
        JsonNode version = await TestServer.JsonOf(await server.GetAsync("/version"));

        health["status"]!.GetValue<string>().ShouldBe("ok");
        version["version"]!.GetValue<string>().ShouldMatch(@"^\d+\.\d+\.\d+$");
    }

    [Fact]
    public async Task A_key_that_is_missing_or_wrong_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { ApiKey = "sk-first" });

        HttpResponseMessage missing = await server.GetAsync("/v1/models");
        HttpResponseMessage wrong = await server.SendAsync(HttpMethod.Get, "/v1/models", key: "sk-abcdefghijklmnopqrstuvwxyz");
        HttpResponseMessage right = await server.SendAsync(HttpMethod.Get, "/v1/models", key: "sk-first");

        await missing.ShouldBeErrorAsync(401, ErrorBody.Of("You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."));
        await wrong.ShouldBeErrorAsync(401, ErrorBody.Of(
            "Incorrect API key provided: sk-ab***wxyz. You can find your API key at the machine that runs this server: 'hone keys list', or make one: 'hone keys create'.", code: "invalid_api_key"));
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData("127.0.0.1", "https://evil.example")]
    public async Task Without_keys_pages_of_the_web_are_kept_out(string host, string? origin)
    {
        await using TestServer server = await TestServer.StartAsync();
        HttpRequestMessage request = new(HttpMethod.Get, "/v1/models");
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);

        HttpResponseMessage response = await server.Http.SendAsync(request);

        await response.ShouldBeErrorAsync(403, ErrorBody.Of(
            "This server has no keys and takes requests of this machine's own programs only. Make a key with 'hone keys create'.", code: "insufficient_permissions"));
    }

    [Theory]
    [InlineData("[1]", "The JSON body of your request must be an object.")]
    [InlineData("{\"filename\": \"\\ud83d\"}", "We could not parse the JSON body of your request: an escape sequence in a string is half of a surrogate pair.")]
    public async Task A_body_that_is_no_object_is_refused(string body, string message)
    {
        await using TestServer server = await TestServer.StartAsync();

        foreach (string path in (string[])["/v1/uploads", "/v1/fine_tuning/jobs", "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/batches"])
            await (await server.PostAsync(path, body)).ShouldBeErrorAsync(400, ErrorBody.Of(message));
    }

    [Theory]
    [InlineData("/v1/fine_tuning/jobs", "limit=101", "101 is greater than the maximum of 100 - 'limit'", "limit")]
    [InlineData("/v1/batches", "limit=0", "0 is less than the minimum of 1 - 'limit'", "limit")]
    [InlineData("/v1/chat/completions", "limit=many", "'many' is not of type 'integer' - 'limit'", "limit")]
    [InlineData("/v1/chat/completions", "order=up", "'up' is not one of ['asc', 'desc'] - 'order'", "order")]
    public async Task A_page_that_cannot_be_meant_is_refused(string path, string query, string message, string param)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.GetAsync($"{path}?{query}");

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param));
    }

    [Fact]
    public async Task Beyond_loopback_a_server_insists_on_keys()
    {
        string root = Directory.CreateTempSubdirectory("hone-open-").FullName;
        ServerOptions options = new(new DataFolder(root)) { Urls = ["http://0.0.0.0:0"] };

        HoneException error = Should.Throw<HoneException>(() => HoneServer.Build(options));
        await using HoneServer withKey = HoneServer.Build(options with { ApiKey = "sk-first" });

        error.Message.ShouldContain("hone keys create");
        Directory.Delete(root, recursive: true);
    }
}
