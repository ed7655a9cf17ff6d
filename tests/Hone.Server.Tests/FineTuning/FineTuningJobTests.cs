using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Http;
using OpenAI.Files;
using OpenAI.FineTuning;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

[Collection(TuningServer.Collection)]
public sealed class FineTuningJobTests
{
    [Fact]
    public async Task The_official_client_tunes_a_model_from_the_file_to_its_results()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        OpenAIFileClient files = server.Server.Client().GetOpenAIFileClient();
        FineTuningClient client = server.Server.Client().GetFineTuningClient();
        OpenAIFile training = await files.UploadFileAsync(new MemoryStream(TuningServer.Examples(10)), "训练.jsonl", FileUploadPurpose.FineTune);
        OpenAIFile validation = await files.UploadFileAsync(new MemoryStream(TuningServer.Examples(4)), "valid.jsonl", FileUploadPurpose.FineTune);

        FineTuningJob job = await client.FineTuneAsync(TuningServer.Model, training.Id, waitUntilCompleted: false, new FineTuningOptions
        {
            ValidationFile = validation.Id,
            Suffix = "test",
            Seed = 7,
            TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: 2, batchSize: 5),
        });
        job.JobId.ShouldStartWith("ftjob-");
        await job.WaitForCompletionAsync();
        List<FineTuningEvent> events = [];
        await foreach (FineTuningEvent happened in job.GetEventsAsync(new GetEventsOptions { PageSize = 1 }))
            events.Add(happened);
        List<FineTuningCheckpoint> checkpoints = [];
        await foreach (FineTuningCheckpoint checkpoint in job.GetCheckpointsAsync(new GetCheckpointsOptions { PageSize = 1 }))
            checkpoints.Add(checkpoint);
        JsonNode shown = await server.GetAsync($"/v1/fine_tuning/jobs/{job.JobId}");

        job.Status.ShouldBe(FineTuningStatus.Succeeded);
        job.Value.ShouldStartWith($"ft:{TuningServer.Model}:local:test:");
        shown["trained_tokens"]!.GetValue<int>().ShouldBeGreaterThan(0);
        events.Select(happened => happened.Message).Reverse().Take(4).ShouldBe(
        [
            $"Created fine-tuning job: {job.JobId}",
            $"Validating training file: {training.Id} and validation file: {validation.Id}",
            "Files validated, moving job to queued state",
            "Fine-tuning job started",
        ]);
        events.Count(happened => happened.Message.StartsWith("Step ", StringComparison.Ordinal)).ShouldBe(4);
        events.Select(happened => happened.Id).Distinct().Count().ShouldBe(events.Count);
        events[0].Message.ShouldBe("The job has successfully completed");
        events[1].Message.ShouldBe($"New fine-tuned model created: {job.Value}");
        checkpoints.Select(checkpoint => checkpoint.StepNumber).ShouldBe([4, 2]);
        checkpoints.ShouldContain(checkpoint => checkpoint.ModelId == job.Value);
        BinaryData results = await files.DownloadFileAsync(shown["result_files"]![0]!.GetValue<string>());
        string[] rows = results.ToString().TrimEnd('\n').Split('\n');
        rows[0].ShouldBe("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
        rows.Length.ShouldBe(5);
    }

    [Fact]
    public async Task A_job_is_shown_as_chosen_and_then_as_resolved()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string file = await server.UploadAsync(TuningServer.Examples(10));

        JsonNode created = await server.CreateAsync(new { model = TuningServer.Model, training_file = file, seed = 5, metadata = new { team = "a" }, hyperparameters = new { n_epochs = 1 } });
        JsonNode done = await server.WaitAsync(created["id"]!.GetValue<string>(), "succeeded", "failed");

        created["status"]!.GetValue<string>().ShouldBe("validating_files");
        created["hyperparameters"]!.ToJsonString().ShouldBe("""{"n_epochs":1,"batch_size":"auto","learning_rate_multiplier":"auto"}""");
        created["method"]!.ToJsonString().ShouldBe("""{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":1,"batch_size":"auto","learning_rate_multiplier":"auto"}}}""");
        string[] members =
        [
            "object", "id", "model", "created_at", "finished_at", "fine_tuned_model", "organization_id", "result_files", "status", "validation_file", "training_file", "hyperparameters",
            "trained_tokens", "error", "user_provided_suffix", "seed", "estimated_finish", "integrations", "metadata", "usage_metrics", "shared_with_openai", "eval_id", "method", "hone",
        ];
        created.AsObject().Select(member => member.Key).ShouldBe(members, ignoreOrder: true);
        created["result_files"]!.AsArray().ShouldBeEmpty();
        created["trained_tokens"].ShouldBeNull();
        created["estimated_finish"].ShouldBeNull();
        done["status"]!.GetValue<string>().ShouldBe("succeeded");
        done["hyperparameters"]!.ToJsonString().ShouldBe("""{"n_epochs":1,"batch_size":1,"learning_rate_multiplier":1}""");
        done["metadata"]!["team"]!.GetValue<string>().ShouldBe("a");
        done["hone"]!["rank"]!.GetValue<int>().ShouldBe(16);
        done["finished_at"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(done["created_at"]!.GetValue<long>());
        done["fine_tuned_model"]!.GetValue<string>().ShouldStartWith($"ft:{TuningServer.Model}:local::");
    }

    [Fact]
    public async Task Preferences_are_learned_by_dpo_and_every_weight_in_full_training()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string preferences = await server.UploadAsync(TuningServer.Preferences(10));
        string examples = await server.UploadAsync(TuningServer.Examples(10));

        JsonNode dpo = await server.CreateAsync(new { model = TuningServer.Model, training_file = preferences, method = new { type = "dpo", dpo = new { hyperparameters = new { n_epochs = 1, beta = 0.2 } } } });
        JsonNode full = await server.CreateAsync(new { model = TuningServer.Model, training_file = examples, hyperparameters = new { n_epochs = 1 }, hone = new { training = "full", schedule = "constant", clip = 0.5 } });
        dpo = await server.WaitAsync(dpo["id"]!.GetValue<string>(), "succeeded", "failed");
        full = await server.WaitAsync(full["id"]!.GetValue<string>(), "succeeded", "failed");

        (dpo["status"]!.GetValue<string>(), full["status"]!.GetValue<string>()).ShouldBe(("succeeded", "succeeded"));
        dpo["hyperparameters"].ShouldBeNull();
        dpo["method"]!["dpo"]!["hyperparameters"]!["beta"]!.GetValue<double>().ShouldBe(0.2);
        full["hone"]!["training"]!.GetValue<string>().ShouldBe("full");
        full["hone"]!["schedule"]!.GetValue<string>().ShouldBe("constant");
        full["hone"]!["clip"]!.GetValue<double>().ShouldBe(0.5);
    }

    [Fact]
    public async Task A_file_that_cannot_be_trained_on_fails_the_job_in_the_words_of_the_API()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string few = await server.UploadAsync(TuningServer.Examples(7));
        string preferences = await server.UploadAsync(TuningServer.Preferences(10));

        string extra = await server.UploadAsync(Encoding.UTF8.GetBytes("""{"messages": [{"role": "user", "content": "a", "weight": 1}, {"role": "assistant", "content": "b"}]}"""));

        JsonNode tooFew = await server.CreateAsync(new { model = TuningServer.Model, training_file = few });
        JsonNode other = await server.CreateAsync(new { model = TuningServer.Model, training_file = preferences });
        JsonNode malformed = await server.CreateAsync(new { model = TuningServer.Model, training_file = extra });
        tooFew = await server.WaitAsync(tooFew["id"]!.GetValue<string>(), "succeeded", "failed");
        other = await server.WaitAsync(other["id"]!.GetValue<string>(), "succeeded", "failed");
        malformed = await server.WaitAsync(malformed["id"]!.GetValue<string>(), "succeeded", "failed");

        tooFew["error"]!.ToJsonString().ShouldBe("""{"code":"invalid_n_examples","message":"Training file has 7 example(s), but must have at least 10 examples","param":"training_file"}""");
        tooFew["finished_at"].ShouldNotBeNull();
        JsonNode last = (await server.EventsAsync(tooFew["id"]!.GetValue<string>()))[^1];
        (last["level"]!.GetValue<string>(), last["message"]!.GetValue<string>()).ShouldBe(("error", tooFew["error"]!["message"]!.GetValue<string>()));
        ShouldBe(
            other["error"]!, "invalid_training_file",
            $"The job failed due to an invalid training file. Input file {preferences} is in the fine-tune-preference format, but the specified fine-tuning job is not using 'dpo' as the training method (provided method=supervised).");
        ShouldBe(
            malformed["error"]!, "invalid_file_format",
            "The job failed due to a file format error in the training file. Invalid file format. Example 1, message 1 contains an extra \"weight\" (line 1): remove it; known are role, content, name.");

        static void ShouldBe(JsonNode error, string code, string message) =>
            JsonNode.DeepEquals(error, new JsonObject { ["code"] = code, ["message"] = message, ["param"] = "training_file" }).ShouldBeTrue(error.ToJsonString());
    }

    [Fact]
    public async Task Metrics_carry_the_numbers_in_full_and_lists_go_from_the_newest_on()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string file = await server.UploadAsync(TuningServer.Examples(10));
        string id = (await server.CreateAsync(new { model = TuningServer.Model, training_file = file, validation_file = file, hyperparameters = new { n_epochs = 1, batch_size = 5 } }))["id"]!.GetValue<string>();
        await server.WaitAsync(id, "succeeded");

        JsonNode page = await server.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=2");
        JsonNode next = await server.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=2&after={page["data"]![1]!["id"]}");
        JsonNode step = (await server.EventsAsync(id)).Last(happened => happened["type"]!.GetValue<string>() == "metrics");
        JsonNode checkpoint = (await server.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints"))["data"]![0]!;

        page["object"]!.GetValue<string>().ShouldBe("list");
        page["has_more"]!.GetValue<bool>().ShouldBeTrue();
        page.AsObject().ContainsKey("first_id").ShouldBeFalse();
        next["data"]![0]!["id"]!.GetValue<string>().ShouldNotBe(page["data"]![1]!["id"]!.GetValue<string>());
        step["message"]!.GetValue<string>().ShouldMatch(@"^Step 2/2: training loss=\d+\.\d\d, full validation loss=\d+\.\d\d$");
        step["data"]!.AsObject().Select(member => member.Key).ShouldBe(["step", "train_loss", "total_steps", "train_mean_token_accuracy", "full_valid_loss", "full_valid_mean_token_accuracy"]);
        checkpoint["step_number"]!.GetValue<int>().ShouldBe(2);
        checkpoint["fine_tuning_job_id"]!.GetValue<string>().ShouldBe(id);
        checkpoint["metrics"]!["type"]!.GetValue<string>().ShouldBe("supervised");
        checkpoint["metrics"]!.AsObject().ContainsKey("valid_loss").ShouldBeFalse();
    }

    [Fact]
    public async Task A_job_made_again_by_a_retry_is_made_once()
    {
        await using TuningServer server = await TuningServer.StartAsync(hasWorkers: false);
        string file = await server.UploadAsync(TuningServer.Examples(10));
        string body = $$"""{"model": "{{TuningServer.Model}}", "training_file": "{{file}}"}""";

        JsonNode first = await Post(server, body, retry: 0);
        JsonNode again = await Post(server, body, retry: 1);
        JsonNode onPurpose = await Post(server, body, retry: 0);

        again["id"]!.GetValue<string>().ShouldBe(first["id"]!.GetValue<string>());
        onPurpose["id"]!.GetValue<string>().ShouldNotBe(first["id"]!.GetValue<string>());
        (await server.GetAsync("/v1/fine_tuning/jobs"))["data"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Jobs_are_found_by_metadata_and_in_pages()
    {
        await using TuningServer server = await TuningServer.StartAsync(hasWorkers: false);
        string file = await server.UploadAsync(TuningServer.Examples(10));
        List<string> ids = [];
        for (int i = 0; i < 3; i++)
            ids.Add((await server.CreateAsync(new { model = TuningServer.Model, training_file = file, metadata = new Dictionary<string, string> { ["a]b"] = i.ToString(CultureInfo.InvariantCulture) } }))["id"]!.GetValue<string>());
        await server.CreateAsync(new { model = TuningServer.Model, training_file = file });

        JsonNode found = await server.GetAsync("/v1/fine_tuning/jobs?metadata%5Ba%5Db%5D=1");
        JsonNode without = await server.GetAsync("/v1/fine_tuning/jobs?metadata=null");
        JsonNode page = await server.GetAsync($"/v1/fine_tuning/jobs?limit=2&after={ids[2]}");

        found["data"]!.AsArray().Select(job => job!["id"]!.GetValue<string>()).ShouldBe([ids[1]]);
        without["data"]!.AsArray().Count.ShouldBe(1);
        page["data"]!.AsArray().Select(job => job!["id"]!.GetValue<string>()).ShouldBe([ids[1], ids[0]]);
        page["has_more"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Checkpoints_are_shared_with_projects_and_no_more()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string file = await server.UploadAsync(TuningServer.Examples(10));
        string id = (await server.CreateAsync(new { model = TuningServer.Model, training_file = file, hyperparameters = new { n_epochs = 1, batch_size = 5 } }))["id"]!.GetValue<string>();
        string model = (await server.WaitAsync(id, "succeeded"))["fine_tuned_model"]!.GetValue<string>();
        string path = $"/v1/fine_tuning/checkpoints/{Uri.EscapeDataString(model)}/permissions";

        JsonNode granted = await server.SendAsync(HttpMethod.Post, path, new StringContent("""{"project_ids": ["proj_local"]}"""));
        JsonNode again = await server.SendAsync(HttpMethod.Post, path, new StringContent("""{"project_ids": ["proj_local"]}"""));
        JsonNode listed = await server.GetAsync(path + "?order=ascending&project_id=proj_local");
        string permission = granted["data"]![0]!["id"]!.GetValue<string>();
        JsonNode revoked = await server.SendAsync(HttpMethod.Delete, $"{path}/{permission}");
        JsonNode rest = await server.GetAsync(path);

        permission.ShouldStartWith("cp_");
        again["data"]![0]!["id"]!.GetValue<string>().ShouldBe(permission);
        listed["first_id"]!.GetValue<string>().ShouldBe(permission);
        revoked.ToJsonString().ShouldBe($$"""{"id":"{{permission}}","object":"checkpoint.permission","deleted":true}""");
        rest["data"]!.AsArray().ShouldBeEmpty();
        HttpResponseMessage unknown = await server.Server.SendAsync(HttpMethod.Post, path, new StringContent("""{"project_ids": ["proj_other"]}"""));
        (await TestServer.JsonOf(unknown))["error"]!["message"]!.GetValue<string>().ShouldBe("invalid project_ids: proj_other");
    }

    static async Task<JsonNode> Post(TuningServer server, string body, int retry)
    {
        StringContent content = new(body);
        content.Headers.Add("X-Stainless-Retry-Count", retry.ToString(CultureInfo.InvariantCulture));
        return await server.SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", content);
    }
}
