using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

/// <summary>Jobs that mix general examples in.</summary>
[Collection(TuningServer.Collection)]
public sealed class ReplayJobTests
{
    [Fact]
    public async Task A_job_says_how_much_of_its_replay_file_it_shows_and_what_was_forgotten()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string own = await server.UploadAsync(TuningServer.Examples(40)), general = await server.UploadAsync(TuningServer.Examples(20));
        object request = new { model = TuningServer.Model, training_file = own, seed = 3, hyperparameters = new { n_epochs = 1, batch_size = 10 }, hone = new { replay_share = 0.2, replay_file = general } };

        JsonNode created = await server.CreateAsync(request);
        string id = created["id"]!.GetValue<string>();
        JsonNode done = await server.WaitAsync(id, "succeeded", "failed");

        created["hone"]!["replay_share"]!.GetValue<double>().ShouldBe(0.2);
        created["hone"]!["replay_file"]!.GetValue<string>().ShouldBe(general);
        done["status"]!.GetValue<string>().ShouldBe("succeeded", done.ToJsonString());
        JsonNode hone = done["hone"]!, replay = hone["replay"]!;
        (hone["replay_share"]!.GetValue<double>(), hone["replay_file"]!.GetValue<string>()).ShouldBe((0.2, general));
        (replay["examples_per_epoch"]!.GetValue<int>(), replay["examples"]!.GetValue<int>(), replay["held_out"]!.GetValue<int>()).ShouldBe((10, 18, 2));
        int tokens = replay["tokens"]!.GetValue<int>(), all = done["trained_tokens"]!.GetValue<int>();
        tokens.ShouldBeInRange(1, all / 2);
        replay["loss_before"]!.GetValue<double>().ShouldBeGreaterThan(replay["loss_after"]!.GetValue<double>());
        string[] messages = [.. (await server.EventsAsync(id)).Select(happened => happened["message"]!.GetValue<string>())];
        messages[1].ShouldBe($"Validating training file: {own} and replay file: {general}");
        messages[3].ShouldBe("Each epoch has 40 examples of the training file and 10 of the replay file, drawn from 18; 2 more are held out to measure what is forgotten");
        messages.Count(message => message.StartsWith("Step ", StringComparison.Ordinal)).ShouldBe(5);
        messages.ShouldContain(message => message.StartsWith($"Trained on {all} tokens, {tokens} of them of the replay file; loss on its 2 held-out examples: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_paused_job_with_a_replay_file_resumes_exactly()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string own = await server.UploadAsync(TuningServer.Examples(10)), general = await server.UploadAsync(TuningServer.Examples(20));
        object request = new { model = TuningServer.Model, training_file = own, seed = 3, hyperparameters = new { n_epochs = 10 }, hone = new { dropout = 0.1, replay_share = 0.4, replay_file = general } };
        JsonNode whole = await server.WaitAsync((await server.CreateAsync(request))["id"]!.GetValue<string>(), "succeeded", "failed");
        server.Gate.HoldAfter(8);
        string id = (await server.CreateAsync(request))["id"]!.GetValue<string>();
        await server.Gate.HeldAsync();

        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/pause");
        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/resume");
        server.Gate.Open();
        JsonNode end = await server.WaitAsync(id, "succeeded", "failed");

        end["status"]!.GetValue<string>().ShouldBe("succeeded", end.ToJsonString());
        server.Weights(end).ShouldBe(server.Weights(whole));
        end["hone"]!["replay"]!.ToJsonString().ShouldBe(whole["hone"]!["replay"]!.ToJsonString());
    }

    [Fact]
    public async Task A_replay_file_that_cannot_be_trained_on_fails_the_job_by_name()
    {
        await using TuningServer server = await TuningServer.StartAsync();
        string own = await server.UploadAsync(TuningServer.Examples(10)), preferences = await server.UploadAsync(TuningServer.Preferences(10));

        JsonNode job = await server.CreateAsync(new { model = TuningServer.Model, training_file = own, hone = new { replay_file = preferences } });
        job = await server.WaitAsync(job["id"]!.GetValue<string>(), "succeeded", "failed");

        job["error"]!["code"]!.GetValue<string>().ShouldBe("invalid_replay_file");
        job["error"]!["param"]!.GetValue<string>().ShouldBe("hone.replay_file");
        job["error"]!["message"]!.GetValue<string>().ShouldStartWith("The job failed due to an invalid replay file. ");
    }
}
