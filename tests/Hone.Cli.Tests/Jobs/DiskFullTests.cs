using System.Text.Json.Nodes;
using Hone.Cli.Tests.FineTuning;
using Hone.Engine.Training;
using Hone.Server.FineTuning;
using Hone.Server.Storage;
using Hone.Server.Tests.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Jobs;

/// <summary>A data folder on a disk of a few megabytes, which somebody else fills.</summary>
public sealed class DiskFullTests : IDisposable
{
    static readonly string[] Training = ["--epochs", "12", "--seed", "5", "--dropout", "0.05"];

    readonly Workplace _work = new();
    readonly SmallDisk _disk = new(megabytes: 12);

    string Filler => Path.Combine(_disk.Path, "filler");

    public void Dispose()
    {
        _disk.Dispose();
        _work.Dispose();
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task It_fails_the_job_with_that_reason_and_loses_nothing()
    {
        _disk.Require();
        string file = _work.Completions(40);
        CliRun whole = _work.Finetune(file, Training);
        string data = Path.Combine(_disk.Path, "data");
        using HoneProcess process = new(["finetune", file, "--model", Workplace.Model, .. Training, "--data", data]);
        process.WaitForStep(() => MetricsIn(data), 50);

        await FillUntilNothingHappens(() => MetricsLog.Read(MetricsIn(data)!).Count());
        File.Delete(Filler);
        (int exitCode, string error) = process.WaitForExit();

        JobStore store = new(Database.Open(new DataFolder(data)), TimeProvider.System);
        JobRecord job = store.List(organisation: null, after: null, count: 1).Single();
        exitCode.ShouldBe(1, error);
        (job.Status, job.Error!.Code).ShouldBe((JobStatus.Failed, "disk_full"), error);
        store.EventsSince(job.Id, 0)[^1].Level.ShouldBe("error");
        CliRun resumed = CliRun.Of("finetune", "--resume", job.Id, "--data", data, "--json");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        Weights(data, Workplace.TunedModel(resumed)).ShouldBe(_work.Weights(Workplace.TunedModel(whole)));
        store.EventsSince(job.Id, 0).Where(happened => happened.Step is not null).Select(happened => happened.Step!.Value).ShouldBe(Enumerable.Range(1, 480));
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task A_server_goes_on_without_room_and_works_on_its_queue_once_there_is_some()
    {
        _disk.Require();
        string data = Path.Combine(_disk.Path, "data");
        byte[] examples = await File.ReadAllBytesAsync(_work.Completions(10));
        CliRun.Of("models", "add", Workplace.Model, "--name", "tiny", "--data", data).ExitCode.ShouldBe(0);
        using ServerProcess server = ServerProcess.Start(data);
        string file = await server.UploadAsync(examples, "train.jsonl");
        List<string> kept = [await CreateAsync(server, file, epochs: 50)];

        string refused = await RefusedAsync(async () => kept.Add(await CreateAsync(server, file, epochs: 1)));
        string upload = await RefusedAsync(() => server.UploadAsync(examples, "more.jsonl"));
        JsonNode listed = await server.GetAsync("/v1/fine_tuning/jobs?limit=100");
        object question = new { model = "tiny", max_tokens = 2, prompt = "The dog" };
        JsonNode answer = await server.PostAsync("/v1/completions", question);
        await Task.Delay(3000);
        File.Delete(Filler);

        refused.ShouldContain("insufficient_storage");
        upload.ShouldContain("insufficient_storage");
        listed["data"]!.AsArray().Select(job => job!["id"]!.GetValue<string>()).ShouldBe(kept.AsEnumerable().Reverse().Take(100));
        answer["choices"]!.AsArray().ShouldHaveSingleItem();
        string last = await CreateAsync(server, file, epochs: 1);
        foreach (string job in kept)
            await EndAsync(server, job);
        (await EndAsync(server, last))["status"]!.GetValue<string>().ShouldBe("succeeded");
    }

    static async Task<string> CreateAsync(ServerProcess server, string file, int epochs) =>
        (await server.PostAsync("/v1/fine_tuning/jobs", new { model = "tiny", training_file = file, seed = 5, hyperparameters = new { n_epochs = epochs } }))["id"]!.GetValue<string>();

    /// <summary>Asks until there is no room for the answer any more.</summary>
    async Task<string> RefusedAsync(Func<Task> ask)
    {
        while (true)
        {
            Fill();
            try
            {
                await ask();
            }
            catch (InvalidOperationException refused)
            {
                return refused.Message;
            }
        }
    }

    /// <summary>Waits for the end of a job; one that ended because there was no room is resumed.</summary>
    static async Task<JsonNode> EndAsync(ServerProcess server, string id)
    {
        while (true)
        {
            JsonNode job = await server.GetAsync($"/v1/fine_tuning/jobs/{id}");
            if (job["status"]!.GetValue<string>() == "succeeded")
                return job;
            if (job["status"]!.GetValue<string>() == "failed")
            {
                job["error"]!["code"]!.GetValue<string>().ShouldBe("disk_full", job["error"]!.ToJsonString());
                await server.PostAsync($"/v1/fine_tuning/jobs/{id}/resume", new { });
            }

            await Task.Delay(50);
        }
    }

    static string? MetricsIn(string data) =>
        Directory.Exists(Path.Combine(data, "jobs")) && Directory.GetDirectories(Path.Combine(data, "jobs")) is [var folder] ? Path.Combine(folder, "metrics.jsonl") : null;

    /// <summary>Takes all room, also that which old checkpoints give back, until no step was done for five seconds.</summary>
    async Task FillUntilNothingHappens(Func<int> steps)
    {
        for (int quiet = 0, last = 0; quiet < 25; last = steps())
        {
            Fill();
            await Task.Delay(200);
            quiet = steps() == last ? quiet + 1 : 0;
        }
    }

    /// <summary>Takes what room there is.</summary>
    void Fill()
    {
        using FileStream filler = new(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
                filler.Write(block);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    static byte[] Weights(string data, string model) => File.ReadAllBytes(Path.Combine(data, "models", model.Replace(':', '+'), "adapter_model.safetensors"));
}
