using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Batches;
using Hone.Server.Files;
using Hone.Server.Storage;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
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
    [InlineData(null, """{"code":"empty_file","message":"The input file is empty. Please ensure that the batch contains at least one request.","param":null,"line":null}""")]
    [InlineData("""{"custom_id":""", """{"code":"invalid_json_line","message":"This line is not parseable as valid JSON.","param":null,"line":2}""")]
    [InlineData("""{"method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""", """{"code":"missing_required_parameter","message":"Missing required parameter: 'custom_id'.","param":"custom_id","line":2}""")]
    [InlineData("""{"custom_id":1,"method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""", """{"code":"invalid_type","message":"'custom_id' must be a string.","param":"custom_id","line":2}""")]
    [InlineData("""{"custom_id":"b","method":"GET","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""", """{"code":"invalid_method","message":"The method of a request must be POST.","param":"method","line":2}""")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"hone-nano"}}""", """{"code":"url_mismatch","message":"The URL provided for this request does not match the batch endpoint '/v1/chat/completions'.","param":"url","line":2}""")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"other"}}""", """{"code":"model_mismatch","message":"The provided model 'other' does not match the model 'hone-nano' of the requests before it: a batch has one model.","param":"body.model","line":2}""")]
    [InlineData("""{"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano","stream":true}}""", """{"code":"invalid_request","message":"A request of a batch cannot be streamed.","param":"body.stream","line":2}""")]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"hone-nano"}}""", """{"code":"duplicate_custom_id","message":"The custom_id 'a' for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.","param":"custom_id","line":2}""")]
    public async Task Bad_input_fails_the_batch_and_names_the_line(string? line, string error)
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, line is null ? "" : Line("a") + "\n" + line);

        JsonNode created = await TestServer.JsonOf(await Create(server, file));
        JsonNode batch = await End(server, created);

        batch["status"]!.GetValue<string>().ShouldBe("failed");
        JsonNode.DeepEquals(batch["errors"], JsonNode.Parse($$"""{"object":"list","data":[{{error}}]}""")).ShouldBeTrue(batch["errors"]!.ToJsonString());
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
        result["response"]!["body"]!.ToJsonString().ShouldBe(JsonNode.Parse(ErrorBody.Of("The model `no-model` does not exist or you do not have access to it.", code: "model_not_found"))!.ToJsonString());
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
    [InlineData("""{"endpoint": "/v1/chat/completions", "completion_window": "24h"}""", "Missing required parameter: 'input_file_id'.", "input_file_id", "missing_required_parameter")]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/files", "completion_window": "24h"}""", "'/v1/files' is not one of ['/v1/chat/completions', '/v1/embeddings', '/v1/completions'] - 'endpoint'", "endpoint", null)]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "1h"}""", "'1h' is not one of ['24h'] - 'completion_window'", "completion_window", null)]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "24h", "output_expires_after": {"anchor": "created_at", "seconds": 60}}""", "60 is less than the minimum of 3600 - 'output_expires_after.seconds'", "output_expires_after.seconds", null)]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "24h", "priority": 1}""", "Unrecognized request argument supplied: priority", "priority", "unknown_parameter")]
    [InlineData("""{"input_file_id": "file-x", "endpoint": "/v1/embeddings", "completion_window": "24h"}""", "invalid input_file_id: file-x", "input_file_id", null)]
    public async Task A_batch_that_cannot_be_meant_is_refused(string body, string message, string param, string? code)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.PostAsync("/v1/batches", body);

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task A_file_of_another_purpose_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = (await TestServer.JsonOf(await FilesTests.Upload(server, "user_data", "x")))["id"]!.GetValue<string>();

        HttpResponseMessage response = await Create(server, file);

        await response.ShouldBeErrorAsync(400, ErrorBody.Of($"The file {file} has the purpose 'user_data'; the input of a batch must have the purpose 'batch'.", "input_file_id"));
    }

    [Fact]
    public async Task A_batch_whose_window_is_over_expires_and_says_so_for_each_request()
    {
        await using TestServer server = await TestServer.StartAsync();
        string file = await Upload(server, Line("a") + "\n" + Line("b"));
        Batch late = Made(file, DateTimeOffset.UtcNow - TimeSpan.FromHours(25));
        server.Services.GetRequiredService<BatchStore>().Create(late);

        JsonNode batch = await End(server, await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{late.Id}")));

        batch["status"]!.GetValue<string>().ShouldBe("expired");
        batch["expired_at"].ShouldNotBeNull();
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":2,"completed":0,"failed":0}""");
        batch["output_file_id"].ShouldBeNull();
        JsonObject[] results = [.. (await Content(server, batch["error_file_id"]!.GetValue<string>())).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];
        foreach ((JsonObject result, string id) in results.Zip(["a", "b"]))
        {
            result["id"]!.GetValue<string>().ShouldStartWith("batch_req_");
            result.Remove("id");
            result.ToJsonString().ShouldBe($$$"""{"custom_id":"{{{id}}}","response":null,"error":{"code":"batch_expired","message":"This request could not be executed before the completion window expired."}}""");
        }

        results.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_finished_batch_cannot_be_cancelled_and_an_unknown_one_is_404_everywhere()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonNode batch = await End(server, await TestServer.JsonOf(await Create(server, await Upload(server, ""))));

        HttpResponseMessage finished = await server.PostAsync($"/v1/batches/{batch["id"]}/cancel", "");
        HttpResponseMessage[] unknown = [await server.PostAsync("/v1/batches/batch_x/cancel", ""), await server.GetAsync("/v1/batches/batch_x")];

        await finished.ShouldBeErrorAsync(400, ErrorBody.Of("Cannot cancel a batch with status 'failed'.", "batch_id"));
        foreach (HttpResponseMessage response in unknown)
            await response.ShouldBeErrorAsync(404, ErrorBody.Of("No batch found with id 'batch_x'.", "batch_id"));
    }

    [Fact]
    public async Task A_batch_goes_on_with_an_input_file_whose_time_is_over_meanwhile()
    {
        ShiftedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock });
        string file = await Upload(server, Line("a", "no-model") + "\n" + Line("b", "no-model"));
        Batch begun = Made(file, DateTimeOffset.UtcNow + TimeSpan.FromDays(30) - TimeSpan.FromHours(1));

        clock.Shift = TimeSpan.FromDays(30) + TimeSpan.FromHours(1);
        server.Services.GetRequiredService<BatchStore>().Create(begun);
        server.Services.GetRequiredService<FileStore>().Sweep();
        JsonNode batch = await End(server, await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{begun.Id}")));

        (await server.GetAsync($"/v1/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        batch["status"]!.GetValue<string>().ShouldBe("completed");
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":2,"completed":0,"failed":2}""");
    }

    [Fact]
    public async Task A_line_of_answers_without_its_end_is_written_anew()
    {
        DataFolder data = new(Directory.CreateTempSubdirectory("hone-batch-").FullName);
        string file;
        await using (TestServer first = await TestServer.StartAsync(options => options with { Data = data }))
            file = await Upload(first, Line("a", "no-model") + "\n" + Line("b", "no-model"));
        Batch begun = Made(file, DateTimeOffset.UtcNow) with { Status = Batch.InProgress, Counts = new BatchCounts(2, 0, 0) };
        string folder = Directory.CreateDirectory(Path.Combine(data.Batches, begun.Id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "errors.jsonl"), """{"id":"batch_req_1","custom_id":"a","response":null,"error":null}""");
        new BatchStore(Database.Open(data)).Create(begun);

        await using TestServer server = await TestServer.StartAsync(options => options with { Data = data });
        JsonNode batch = await End(server, await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{begun.Id}")));

        string[] lines = (await Content(server, batch["error_file_id"]!.GetValue<string>())).TrimEnd().Split('\n');
        lines.Select(line => JsonNode.Parse(line)!["custom_id"]!.GetValue<string>()).Order().ShouldBe(["a", "b"]);
        lines.ShouldAllBe(line => JsonNode.Parse(line, null, default)!["response"] != null);
        await Patience.UntilAsync(() => Directory.GetDirectories(data.Batches).Length == 0, "The folder of the batch is deleted.");
        Directory.Delete(data.Root, recursive: true);
    }

    /// <summary>A batch as a server keeps it that has just made it.</summary>
    static Batch Made(string file, DateTimeOffset at) =>
        new()
        {
            Id = "batch_" + new string('0', 32),
            Organisation = Caller.Local.Organisation,
            Project = Caller.Local.Project,
            Role = "owner",
            Endpoint = "/v1/chat/completions",
            InputFile = file,
            Status = Batch.Validating,
            CreatedAt = at,
            ExpiresAt = at + TimeSpan.FromHours(24),
        };

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
