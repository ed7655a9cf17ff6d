using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Tests.FineTuning;
using Hone.Server.Storage;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Jobs;

/// <summary>Server and workers, killed at random moments.</summary>
public sealed class KillTests : IDisposable
{
    const int Kills = 30;
    const int Epochs = 6;
    const int Examples = 20;
    const int Replayed = 5; // in each epoch: a fifth of all

    readonly Workplace _work = new();
    readonly Random _random = new(20260);
    readonly Dictionary<string, byte[]> _files = [];
    readonly Dictionary<string, HashSet<string>> _events = [];
    readonly Database _database;
    ServerProcess _server;

    public KillTests()
    {
        _work.Run("models", "add", Workplace.Model, "--name", "tiny").ExitCode.ShouldBe(0);
        _database = Database.Open(new DataFolder(_work.Data));
        _server = ServerProcess.Start(_work.Data);
    }

    public void Dispose()
    {
        _server.Dispose();
        while (Workers().Any())
            Thread.Sleep(50);
        _work.Dispose();
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task Killed_thirty_times_they_lose_nothing_and_train_the_same_bytes()
    {
        byte[] expected = Uninterrupted();
        byte[] examples = await File.ReadAllBytesAsync(_work.Completions(Examples));
        byte[] general = await File.ReadAllBytesAsync(General(_work));
        string replay = await _server.UploadAsync(general, "general.jsonl");
        string? job = null;

        for (int kill = 0; kill < Kills; kill++)
        {
            await UploadAsync(examples);
            if (job is null || await HasEnded(job))
                job = await CreateAsync(_files.Keys.First(), replay);
            // Every other time at a moment when something was just done, so that the jobs get on; else at any moment.
            if (kill % 2 == 0)
                await WaitForStep(job);
            await Task.Delay(_random.Next(1500));
            await NoteEvents();
            KillSome(kill % 3);
            await CheckAcknowledged();
        }

        foreach (string each in _events.Keys)
        {
            while (!await HasEnded(each))
                await Task.Delay(50);
            JsonNode done = await _server.GetAsync($"/v1/fine_tuning/jobs/{each}");
            done["status"]!.GetValue<string>().ShouldBe("succeeded", done["error"]?.ToJsonString());
            _work.Weights(done["fine_tuned_model"]!.GetValue<string>()).ShouldBe(expected);
            await StepsAreTold(each);
        }

        await CheckAcknowledged();
    }

    static byte[] Uninterrupted()
    {
        using Workplace other = new();
        CliRun run = other.Finetune(
            other.Completions(Examples), "--epochs", Epochs.ToString(CultureInfo.InvariantCulture), "--seed", "5", "--dropout", "0.05", "--replay-file", General(other), "--replay-share", "0.2");
        run.ExitCode.ShouldBe(0, run.Error);
        return other.Weights(Workplace.TunedModel(run));
    }

    static string General(Workplace work) => work.Completions(12, "general.jsonl");

    async Task UploadAsync(byte[] content) => _files[await _server.UploadAsync(content, $"train{_files.Count}.jsonl")] = content;

    async Task<string> CreateAsync(string file, string replay)
    {
        object request = new { model = "tiny", training_file = file, seed = 5, hyperparameters = new { n_epochs = Epochs }, hone = new { dropout = 0.05, replay_share = 0.2, replay_file = replay } };
        string id = (await _server.PostAsync("/v1/fine_tuning/jobs", request))["id"]!.GetValue<string>();
        _events[id] = [];
        return id;
    }

    async Task<bool> HasEnded(string job) => (await _server.GetAsync($"/v1/fine_tuning/jobs/{job}"))["status"]!.GetValue<string>() is "succeeded" or "failed" or "cancelled";

    async Task WaitForStep(string job)
    {
        int before = (await Steps(job)).Length;
        while ((await Steps(job)).Length == before && !await HasEnded(job))
            await Task.Delay(20);
    }

    async Task<string[]> Events(string job) =>
        [.. (await _server.GetAsync($"/v1/fine_tuning/jobs/{job}/events?limit=1000"))["data"]!.AsArray().Select(happened => happened!["id"]!.GetValue<string>())];

    async Task NoteEvents()
    {
        foreach ((string job, HashSet<string> known) in _events)
            known.UnionWith(await Events(job));
    }

    /// <summary>The worker, the server, or both.</summary>
    void KillSome(int which)
    {
        if (which is 0 or 2)
        {
            foreach (Process worker in Workers())
                worker.Kill();
        }

        if (which is 1 or 2)
        {
            _server.Kill();
            _server.Dispose();
            _server = ServerProcess.Start(_work.Data);
        }
    }

    /// <summary>The processes that hold jobs now.</summary>
    IEnumerable<Process> Workers()
    {
        foreach (string name in _database.Read(session => session.List<string>("SELECT worker FROM jobs WHERE worker IS NOT NULL")))
        {
            int id = int.Parse(name.Split('/')[1], CultureInfo.InvariantCulture);
            // A job that is reserved is held by the server itself.
            if (CommandLineOf(id).Contains("worker", StringComparison.Ordinal) && Process.GetProcesses().FirstOrDefault(process => process.Id == id) is { } process)
                yield return process;
        }
    }

    /// <summary>Empty for a process that has ended, which it may do at any time.</summary>
    static string CommandLineOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    async Task CheckAcknowledged()
    {
        foreach ((string id, byte[] content) in _files)
            (await _server.Http.GetByteArrayAsync($"/v1/files/{id}/content")).ShouldBe(content);
        foreach ((string job, HashSet<string> known) in _events)
            known.ShouldBeSubsetOf(await Events(job));
    }

    async Task StepsAreTold(string job) => (await Steps(job)).ShouldBe(Enumerable.Range(1, (Examples + Replayed) * Epochs));

    /// <summary>The steps that were told, in their order.</summary>
    async Task<int[]> Steps(string job)
    {
        JsonArray events = (await _server.GetAsync($"/v1/fine_tuning/jobs/{job}/events?limit=1000"))["data"]!.AsArray();
        return [.. events.Where(happened => happened!["type"]!.GetValue<string>() == "metrics").Select(happened => happened!["data"]!["step"]!.GetValue<int>()).Order()];
    }
}
