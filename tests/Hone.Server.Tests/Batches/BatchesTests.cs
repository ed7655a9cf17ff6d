using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Batches;

public sealed class BatchesTests
{
    [Fact]
    public async Task A_batch_is_shown_in_full_from_the_start()
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, Line("a"));

        HttpResponseMessage response = await Create(server, file);

        JsonObject batch = (await TestServer.JsonOf(response)).AsObject();
        long created = batch["created_at"]!.GetValue<long>();
        batch["id"]!.GetValue<string>().ShouldMatch("^batch_[0-9a-f]{32}$");
        batch.Remove("id");
        batch.ToJsonString().ShouldBe(
            $$$"""{"endpoint":"/v1/chat/completions","model":null,"errors":null,"input_file_id":"{{{file}}}","completion_window":"24h","status":"validating","output_file_id":null,"error_file_id":null,"created_at":{{{created}}},"in_progress_at":null,"expires_at":{{{created + 86400}}},"finalizing_at":null,"completed_at":null,"failed_at":null,"expired_at":null,"cancelling_at":null,"cancelled_at":null,"request_counts":{"total":0,"completed":0,"failed":0},"usage":{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":0},"metadata":{"k":"v"},"object":"batch"}""");
    }

    [Theory]
    [InlineData("empty_file", null)]
    [InlineData("invalid_json_line", 2, """{"custom_id":""")]
    [InlineData("missing_required_parameter", 2, """{"method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""")]
    [InlineData("url_mismatch", 2, """{"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"hone-nano"}}""")]
    [InlineData("model_mismatch", 2, """{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"other"}}""")]
    [InlineData("duplicate_custom_id", 2, """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""")]
    public async Task Bad_input_fails_the_batch_and_names_the_line(string code, int? line, params string[] lines)
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, line is null ? "" : string.Join('\n', [Line("a"), .. lines]));

        JsonNode created = await TestServer.JsonOf(await Create(server, file));
        JsonNode batch = await End(server, created);

        batch["status"]!.GetValue<string>().ShouldBe("failed");
        JsonNode error = batch["errors"]!["data"]![0]!;
        error["code"]!.GetValue<string>().ShouldBe(code);
        ((int?)error["line"]).ShouldBe(line);
        batch["failed_at"].ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_endpoint_refuses_stands_in_the_error_file()
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, Line("a", "no-model") + "\n" + Line("b", "no-model"));

        JsonNode batch = await End(server, await TestServer.JsonOf(await Create(server, file)));

        batch["status"]!.GetValue<string>().ShouldBe("completed");
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":2,"completed":0,"failed":2}""");
        batch["output_file_id"].ShouldBeNull();
        string[] lines = (await Content(server, batch["error_file_id"]!.GetValue<string>())).TrimEnd().Split('\n');
        lines.Length.ShouldBe(2);
        JsonNode result = JsonNode.Parse(lines[0])!;
        result["response"]!["status_code"]!.GetValue<int>().ShouldBe(404);
        result["response"]!["request_id"]!.GetValue<string>().ShouldStartWith("req_");
        result["error"].ShouldBeNull();
        JsonNode info = await TestServer.JsonOf(await server.GetAsync($"/v1/files/{batch["error_file_id"]}"));
        info["purpose"]!.GetValue<string>().ShouldBe("batch_output");
        await Patience.UntilAsync(() => Directory.GetDirectories(Path.Combine(server.DataRoot, "batches")).Length == 0, "The folder of the batch is deleted.");
    }

    [Fact]
    public async Task Batches_are_listed_in_pages_the_newest_first()
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, "");
        string[] ids = [await Id(), await Id(), await Id()];

        JsonNode first = await TestServer.JsonOf(await server.GetAsync("/v1/batches?limit=2"));
        JsonNode second = await TestServer.JsonOf(await server.GetAsync($"/v1/batches?limit=2&after={ids[1]}"));

        first["data"]!.AsArray().Select(batch => batch!["id"]!.GetValue<string>()).ShouldBe([ids[2], ids[1]]);
        first["has_more"]!.GetValue<bool>().ShouldBeTrue();
        second["data"]!.AsArray().Select(batch => batch!["id"]!.GetValue<string>()).ShouldBe([ids[0]]);
        second["has_more"]!.GetValue<bool>().ShouldBeFalse();

        async Task<string> Id() => (await TestServer.JsonOf(await Create(server, file)))["id"]!.GetValue<string>();
    }

    [Theory]
    [InlineData("""{"endpoint": "/v1/chat/completions", "completion_window": "24h"}""", "Missing required parameter: 'input_file_id'.", "input_file_id")]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/files", "completion_window": "24h"}""", "'/v1/files' is not one of ['/v1/chat/completions', '/v1/embeddings', '/v1/completions'] - 'endpoint'", "endpoint")]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "1h"}""", "'1h' is not one of ['24h'] - 'completion_window'", "completion_window")]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "24h"}""", "invalid input_file_id: file-x", "input_file_id")]
    public async Task A_batch_that_cannot_be_meant_is_refused(string body, string message, string param)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.PostAsync("/v1/batches", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode error = (await TestServer.JsonOf(response))["error"]!;
        error["message"]!.GetValue<string>().ShouldBe(message);
        error["param"]!.GetValue<string>().ShouldBe(param);
    }

    [Fact]
    public async Task A_finished_batch_cannot_be_cancelled_and_an_unknown_one_is_404()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonNode batch = await End(server, await TestServer.JsonOf(await Create(server, await Upload(server, ""))));

        HttpResponseMessage finished = await server.PostAsync($"/v1/batches/{batch["id"]}/cancel", "");
        HttpResponseMessage unknown = await server.PostAsync("/v1/batches/batch_x/cancel", "");

        finished.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TestServer.JsonOf(finished))["error"]!["message"]!.GetValue<string>().ShouldBe("Cannot cancel a batch with status 'failed'.");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await TestServer.JsonOf(unknown))["error"]!["message"]!.GetValue<string>().ShouldBe("No batch found with id 'batch_x'.");
    }

    static string Line(string id, string model = "hone-nano") =>
        $$$"""{"custom_id":"{{{id}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"{{{model}}}","messages":[{"role":"user","content":"Hi"}],"max_tokens":2}}""";

    static async Task<string> Upload(TestServer server, string content) => (await TestServer.JsonOf(await FilesTests.Upload(server, "batch", content)))["id"]!.GetValue<string>();

    static Task<HttpResponseMessage> Create(TestServer server, string file) =>
        server.PostAsync("/v1/batches", $$$"""{"input_file_id": "{{{file}}}", "endpoint": "/v1/chat/completions", "completion_window": "24h", "metadata": {"k": "v"}}""");

    static async Task<string> Content(TestServer server, string file) => await (await server.GetAsync($"/v1/files/{file}/content")).Content.ReadAsStringAsync();

    static async Task<JsonNode> End(TestServer server, JsonNode batch)
    {
        while (batch["status"]!.GetValue<string>() is "validating" or "in_progress" or "finalizing" or "cancelling")
        {
            await Task.Delay(20);
            batch = await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{batch["id"]}"));
        }

        return batch;
    }
}
