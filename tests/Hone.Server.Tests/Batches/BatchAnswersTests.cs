using System.Text.Json.Nodes;
using Hone.Server.Storage;
using Hone.Server.Tests.Files;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Inference;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Batches;

public sealed class BatchAnswersTests(StoriesServer stories) : IClassFixture<StoriesServer>
{
    [Fact]
    public async Task Every_request_is_answered_as_if_it_had_been_sent_alone()
    {
        TestServer server = stories.Server;
        string file = await Upload(server, [Line("a", maxTokens: 5), Line("b", maxTokens: 3), Line("c", maxTokens: -1)]);

        JsonNode batch = await End(server, await Create(server, file));

        batch["status"]!.GetValue<string>().ShouldBe("completed");
        batch["model"]!.GetValue<string>().ShouldBe(StoriesServer.Model);
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":3,"completed":2,"failed":1}""");
        batch["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(8);
        JsonNode[] answers = await Results(server, batch["output_file_id"]!);
        answers.Select(answer => answer["custom_id"]!.GetValue<string>()).Order().ShouldBe(["a", "b"]);
        JsonNode alone = await TestServer.JsonOf(await server.PostAsync("/v1/chat/completions", Body(5)));
        JsonNode together = answers.Single(answer => answer["custom_id"]!.GetValue<string>() == "a")["response"]!;
        together["status_code"]!.GetValue<int>().ShouldBe(200);
        together["body"]!["choices"]!.ToJsonString().ShouldBe(alone["choices"]!.ToJsonString());
        JsonNode refused = (await Results(server, batch["error_file_id"]!)).Single();
        refused["custom_id"]!.GetValue<string>().ShouldBe("c");
        refused["response"]!["status_code"]!.GetValue<int>().ShouldBe(400);
        refused["error"].ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_batch_keeps_its_answers_and_names_what_is_missing()
    {
        TestServer server = stories.Server;
        string file = await Upload(server, [.. Enumerable.Range(0, 300).Select(i => Line($"r{i}", maxTokens: 400))]);
        JsonNode cancelling = null!;

        // Where this thread gets no turn for long, all is answered before the cancel.
        await Patience.UntilAsync(async () =>
        {
            string id = (await Create(server, file))["id"]!.GetValue<string>();
            while ((await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{id}")))["status"]!.GetValue<string>() == "validating")
                await Task.Delay(5);
            HttpResponseMessage cancel = await server.PostAsync($"/v1/batches/{id}/cancel", "");
            cancelling = await TestServer.JsonOf(cancel);
            return cancel.IsSuccessStatusCode;
        }, "A batch is cancelled before its end.");
        JsonNode batch = await End(server, cancelling);

        cancelling["status"]!.GetValue<string>().ShouldBe("cancelling");
        batch["status"]!.GetValue<string>().ShouldBe("cancelled");
        batch["cancelled_at"].ShouldNotBeNull();
        JsonNode[] missing = await Results(server, batch["error_file_id"]!);
        int answered = batch["request_counts"]!["completed"]!.GetValue<int>();
        missing.Length.ShouldBe(300 - answered);
        missing.ShouldAllBe(result => result["response"] == null && result["error"]!.ToJsonString(null) == """{"code":"batch_cancelled","message":"This request was not executed: the batch was cancelled."}""");
    }

    [Fact]
    public async Task A_batch_goes_on_where_the_server_stopped()
    {
        DataFolder data = new(Directory.CreateTempSubdirectory("hone-batch-").FullName);
        string[] ids = [.. Enumerable.Range(0, 60).Select(i => $"r{i}")];
        string batchId;
        await using (TestServer first = await TestServer.StartAsync(options => options with { Data = data, BuiltInModels = StoriesServer.ModelsFolder }))
        {
            string file = await Upload(first, [.. ids.Select(id => Line(id, maxTokens: 60))]);
            batchId = (await Create(first, file))["id"]!.GetValue<string>();
            FileInfo output = new(Path.Combine(data.Batches, batchId, "output.jsonl"));
            // On a machine where this thread gets no turn for long, all is answered by now; what follows holds then too.
            await Patience.UntilAsync(async () => HasContent(output) || await IsOver(first, batchId), "An answer is there.");
        }

        // A process that was killed may have written half a line.
        string begun = Path.Combine(data.Batches, batchId, "output.jsonl");
        if (File.Exists(begun))
            await File.AppendAllTextAsync(begun, """{"id":"batch_req_""");
        await using TestServer second = await TestServer.StartAsync(options => options with { Data = data, BuiltInModels = StoriesServer.ModelsFolder });
        JsonNode batch = await End(second, await TestServer.JsonOf(await second.GetAsync($"/v1/batches/{batchId}")));

        batch["status"]!.GetValue<string>().ShouldBe("completed");
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":60,"completed":60,"failed":0}""");
        batch["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(60 * 60);
        (await Results(second, batch["output_file_id"]!)).Select(answer => answer["custom_id"]!.GetValue<string>()).Order(StringComparer.Ordinal).ShouldBe(ids.Order(StringComparer.Ordinal));
        await Patience.UntilAsync(() => Directory.GetDirectories(data.Batches).Length == 0, "The folder of the batch is deleted.");
        Directory.Delete(data.Root, recursive: true);
    }

    static bool HasContent(FileInfo file)
    {
        file.Refresh();
        return file is { Exists: true, Length: > 0 };
    }

    static async Task<bool> IsOver(TestServer server, string batch) => (await TestServer.JsonOf(await server.GetAsync($"/v1/batches/{batch}")))["status"]!.GetValue<string>() == "completed";

    static string Body(int maxTokens) => $$$"""{"model":"{{{StoriesServer.Model}}}","messages":[{"role":"user","content":"Once upon a time"}],"max_tokens":{{{maxTokens}}},"temperature":0,"logit_bias":{"2":-100,"1":-100}}""";

    static string Line(string id, int maxTokens) => $$$"""{"custom_id":"{{{id}}}","method":"POST","url":"/v1/chat/completions","body":{{{Body(maxTokens)}}}}""";

    static async Task<string> Upload(TestServer server, string[] lines) => (await TestServer.JsonOf(await FilesTests.Upload(server, "batch", string.Join('\n', lines))))["id"]!.GetValue<string>();

    static async Task<JsonNode> Create(TestServer server, string file) =>
        await TestServer.JsonOf(await server.PostAsync("/v1/batches", $$$"""{"input_file_id": "{{{file}}}", "endpoint": "/v1/chat/completions", "completion_window": "24h"}"""));

    static async Task<JsonNode[]> Results(TestServer server, JsonNode file) =>
        [.. (await (await server.GetAsync($"/v1/files/{file}/content")).Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

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
