using System.Text.Json.Nodes;
using Hone.Engine.Training;
using Hone.Engine.Training.Runs;
using Hone.Server.FineTuning;
using Hone.Server.Models;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

[Collection(TuningServer.Collection)]
public sealed class InterruptedJobTests
{
    [Fact]
    public async Task A_cancelled_job_stops_within_two_steps_and_leaves_no_model()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        server.Gate.HoldAfter(3);
        string id = await StartAsync(server, epochs: 50);
        await server.Gate.HeldAsync();

        JsonNode cancelled = await server.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel");
        server.Gate.Open();
        await WaitUntilFreeAsync(server, id);

        cancelled["status"]!.GetValue<string>().ShouldBe("cancelled");
        StepsDone(server, id).ShouldBeInRange(3, 5);
        JsonNode after = await server.GetAsync($"/v1/fine_tuning/jobs/{id}");
        (after["status"]!.GetValue<string>(), after["finished_at"], after["fine_tuned_model"]).ShouldBe(("cancelled", null, null));
        (await server.GetAsync("/v1/models"))["data"]!.AsArray().ShouldAllBe(model => !model!["id"]!.GetValue<string>().StartsWith("ft:", StringComparison.Ordinal));
        (await server.EventsAsync(id))[^1]["message"]!.GetValue<string>().ShouldBe("The job was cancelled");
    }

    [Fact]
    public async Task A_job_that_fails_after_it_wrote_a_model_leaves_none()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string file = await server.UploadAsync(TuningServer.Examples(10));
        server.Gate.HoldAfter(3);
        string id = (await server.CreateAsync(new { model = TuningServer.Model, training_file = file, hyperparameters = new { n_epochs = 2, batch_size = 5 } }))["id"]!.GetValue<string>();
        await server.Gate.HeldAsync();

        // The model of the first epoch is written after the tuned one.
        await File.WriteAllTextAsync(Path.Combine(server.Server.DataRoot, "jobs", id, Trainer.CheckpointsFolder, "2", TrainingCheckpoint.WeightsFile), "damaged");
        server.Gate.Open();
        JsonNode job = await server.WaitAsync(id, "succeeded", "failed");

        job["status"]!.GetValue<string>().ShouldBe("failed");
        job["error"]!["code"]!.GetValue<string>().ShouldBe("training_failed");
        (await server.GetAsync("/v1/models"))["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()).ShouldNotContain(model => model.StartsWith("ft:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Models_that_a_killed_worker_wrote_for_a_cancelled_job_are_taken_back()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        JobStore store = server.Server.Services.GetRequiredService<JobStore>();
        ModelRegistry models = server.Server.Services.GetRequiredService<ModelRegistry>();
        string examples = Path.Combine(server.Server.DataRoot, "train.jsonl");
        await File.WriteAllBytesAsync(examples, TuningServer.Examples(10));
        JobRecord job = new() { Model = TuningServer.Model, TrainingFile = JobFile.Of(examples), Method = TuningMethod.Lora, Seed = 1, CreatedAt = TimeProvider.System.GetUtcNow(), Hyperparameters = new Hyperparameters() };
        string model = $"ft:{TuningServer.Model}:local::abcdefgh";
        models.Write(new ModelRecord { Id = model, Content = ModelContent.Adapter, CreatedAt = job.CreatedAt, Base = TuningServer.Model, Job = job.Id }, folder => File.WriteAllText(Path.Combine(folder, "adapter_config.json"), "{}"));

        // As a worker leaves it that is killed after the cancel: no process has a number as large as that.
        store.Create(job with { Status = JobStatus.Cancelled }, worker: $"{Environment.MachineName}/{int.MaxValue}/0/killed");
        await WaitUntilFreeAsync(server, job.Id);

        models.FindByName(model).ShouldBeNull();
        store.Get(job.Id).Status.ShouldBe(JobStatus.Cancelled);
    }

    [Fact]
    public async Task A_paused_job_resumes_exactly()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string expected = await StartAsync(server, epochs: 3);
        JsonNode whole = await server.WaitAsync(expected, "succeeded", "failed");
        server.Gate.HoldAfter(5);
        string id = await StartAsync(server, epochs: 3);
        await server.Gate.HeldAsync();

        JsonNode paused = await server.PostAsync($"/v1/fine_tuning/jobs/{id}/pause");
        server.Gate.Open();
        await WaitUntilFreeAsync(server, id);
        int done = StepsDone(server, id);
        JsonNode resumed = await server.PostAsync($"/v1/fine_tuning/jobs/{id}/resume");
        JsonNode end = await server.WaitAsync(id, "succeeded", "failed");

        paused["status"]!.GetValue<string>().ShouldBe("paused");
        done.ShouldBeInRange(5, 7);
        resumed["status"]!.GetValue<string>().ShouldBe("queued");
        end["status"]!.GetValue<string>().ShouldBe("succeeded");
        server.Weights(end).ShouldBe(server.Weights(whole));
        JsonNode[] steps = [.. (await server.EventsAsync(id)).Where(happened => happened["type"]!.GetValue<string>() == "metrics")];
        steps.Select(step => step["data"]!["step"]!.GetValue<int>()).ShouldBe(Enumerable.Range(1, 30));
        steps.Select(step => step["data"]!.ToJsonString()).ShouldBe(
            (await server.EventsAsync(expected)).Where(happened => happened["type"]!.GetValue<string>() == "metrics").Select(step => step["data"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_step_reaches_a_listener_within_a_second_and_the_estimate_is_never_over()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        JobStore store = server.Server.Services.GetRequiredService<JobStore>();
        server.Gate.HoldAfter(1);
        string id = await StartAsync(server, epochs: 50);

        // On a busy machine most steps take longer to be told; one is enough to see that no more time is needed.
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int step = 1; step <= 50 && fastest > TimeSpan.FromSeconds(1); step++)
        {
            server.Gate.HoldAfter(step);
            await server.Gate.HeldAsync();
            long start = TimeProvider.System.GetTimestamp();
            while (store.LastStep(id) < step)
                await Task.Delay(5);
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            fastest = elapsed < fastest ? elapsed : fastest;
        }

        fastest.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++)
        {
            long asked = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            JsonNode job = await server.GetAsync($"/v1/fine_tuning/jobs/{id}");
            if (job["estimated_finish"] is { } estimate)
                estimate.GetValue<long>().ShouldBeGreaterThan(asked);
            await Task.Delay(50);
        }

        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel");
        server.Gate.Open();
        (await server.GetAsync($"/v1/fine_tuning/jobs/{id}"))["estimated_finish"].ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_stops_leaves_its_job_in_the_queue_with_a_checkpoint()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        server.Gate.HoldAfter(3);
        string id = await StartAsync(server, epochs: 50);
        await server.Gate.HeldAsync();
        JobStore store = server.Server.Services.GetRequiredService<JobStore>();

        await server.Server.StopAsync();

        JobRecord job = store.Get(id);
        job.Status.ShouldBe(JobStatus.Queued);
        Directory.GetDirectories(Path.Combine(server.Server.DataRoot, "jobs", id, Trainer.CheckpointsFolder)).ShouldNotBeEmpty();
        store.EventsSince(id, 0)[^1].Level.ShouldBe("warn");
    }

    static async Task<string> StartAsync(TuningServer server, int epochs)
    {
        string file = await server.UploadAsync(TuningServer.Examples(10));
        object request = new { model = TuningServer.Model, training_file = file, seed = 3, hyperparameters = new { n_epochs = epochs }, hone = new { dropout = 0.1 } };
        return (await server.CreateAsync(request))["id"]!.GetValue<string>();
    }

    /// <summary>As the trainer keeps them, which is before anybody is told.</summary>
    static int StepsDone(TuningServer server, string id) => MetricsLog.Read(Path.Combine(server.Server.DataRoot, "jobs", id, Trainer.MetricsFile)).Count();

    static async Task WaitUntilFreeAsync(TuningServer server, string id)
    {
        JobStore store = server.Server.Services.GetRequiredService<JobStore>();
        while (store.Database.Read(session => session.Find<string>("SELECT worker FROM jobs WHERE id = @Id", new { Id = id })) is not null)
            await Task.Delay(10);
    }
}
