using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Models;
using Hone.Server.Tests.Http;
using Hone.Server.Tests.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

[Collection(TuningServer.Collection)]
public sealed class EmbeddingJobTests : IAsyncLifetime
{
    const string Model = ModelAliases.DefaultEmbeddingModel;

    readonly string _models = Directory.CreateTempSubdirectory("hone-encoders-").FullName;
    TuningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        TinyEncoder.Write(Path.Combine(_models, Model), seed: 3);
        _server = await TuningServer.StartAsync(options => options with { BuiltInModels = _models });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task An_encoder_learns_from_scored_pairs_and_serves_embeddings()
    {
        string file = await _server.UploadAsync(TuningServer.ScoredPairs(20)), valid = await _server.UploadAsync(TuningServer.ScoredPairs(8));

        JsonNode job = await DoneAsync(new { model = "text-embedding-3-small", training_file = file, validation_file = valid, seed = 1, hyperparameters = new { n_epochs = 4, batch_size = 10 }, hone = new { learning_rate = 0.01, dimensions = new[] { 8 } } });
        string tuned = job["fine_tuned_model"]!.GetValue<string>();
        JsonNode[] events = await _server.EventsAsync(job["id"]!.GetValue<string>());
        JsonNode checkpoints = await _server.GetAsync($"/v1/fine_tuning/jobs/{job["id"]}/checkpoints");

        job["hone"]!["training"]!.GetValue<string>().ShouldBe("full");
        job["hone"]!["dimensions"]!.ToJsonString().ShouldBe("[32,8]");
        job["hone"]!["scale"]!.GetValue<double>().ShouldBe(20);
        events.Select(happened => happened["message"]!.GetValue<string>()).ShouldContain("The training file has 20 scored pairs, the validation file 8 scored pairs.");
        JsonNode last = events.Last(happened => happened["type"]!.GetValue<string>() == "metrics")["data"]!;
        last["full_valid_spearman"]!.GetValue<double>().ShouldBeGreaterThan(0.5);
        checkpoints["data"]![0]!["metrics"]!["full_valid_spearman"]!.GetValue<double>().ShouldBe(last["full_valid_spearman"]!.GetValue<double>());
        (await CosineAsync(tuned)).ShouldBeLessThan(await CosineAsync(Model));
        (await _server.SendAsync(HttpMethod.Delete, $"/v1/models/{tuned}"))["deleted"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task An_encoder_learns_from_triplets()
    {
        string file = await _server.UploadAsync(TuningServer.Triplets(12));

        JsonNode job = await DoneAsync(new { model = Model, training_file = file, validation_file = file, seed = 1, hyperparameters = new { n_epochs = 2 } });
        JsonNode[] events = await _server.EventsAsync(job["id"]!.GetValue<string>());

        events.Select(happened => happened["message"]!.GetValue<string>()).ShouldContain("The training file has 12 triplets, the validation file 12 triplets.");
        JsonNode last = events.Last(happened => happened["type"]!.GetValue<string>() == "metrics")["data"]!;
        last["full_valid_mrr"]!.GetValue<double>().ShouldBeInRange(1.0 / 24, 1);
        last["full_valid_spearman"].ShouldBeNull();
        job["hyperparameters"]!["batch_size"]!.GetValue<int>().ShouldBe(12);
    }

    [Fact]
    public async Task A_paused_job_resumes_to_the_same_bytes()
    {
        string file = await _server.UploadAsync(TuningServer.ScoredPairs(20));
        object request = new { model = Model, training_file = file, validation_file = file, seed = 3, hyperparameters = new { n_epochs = 5, batch_size = 5 } };
        JsonNode whole = await DoneAsync(request);
        _server.Gate.HoldAfter(7);
        string id = (await _server.CreateAsync(request))["id"]!.GetValue<string>();
        await _server.Gate.HeldAsync();

        await _server.PostAsync($"/v1/fine_tuning/jobs/{id}/pause");
        _server.Gate.Open();
        await _server.WaitAsync(id, "paused");
        await _server.PostAsync($"/v1/fine_tuning/jobs/{id}/resume");
        JsonNode end = await _server.WaitAsync(id, "succeeded", "failed");

        _server.Weights(end).ShouldBe(_server.Weights(whole));
    }

    [Theory]
    [InlineData("""{"hone": {"training": "lora"}}""", "'lora' is for models that write text; of this one, which makes embeddings, all weights are trained - 'hone.training'", "hone.training")]
    [InlineData("""{"method": {"type": "dpo"}}""", "The method 'dpo' is for models that write text; this one makes embeddings. Use 'supervised', with pairs of texts - 'method.type'", "method.type")]
    [InlineData("""{"hyperparameters": {"batch_size": 1}}""", "batch_size is 1, and an embedding model learns a pair by telling it from the others of its step. Give 2 or more; 64 is usual.", "hone")]
    [InlineData("""{"hone": {"rank": 4}}""", "rank does not apply to an embedding model: all its weights are trained, and each batch goes through it as a whole. Leave it out.", "hone")]
    [InlineData("""{"hone": {"micro_batch_tokens": 100}}""", "micro_batch_tokens does not apply to an embedding model: all its weights are trained, and each batch goes through it as a whole. Leave it out.", "hone")]
    [InlineData("""{"hone": {"replay_file": "FILE"}}""", "Replay is not possible with an embedding model. Leave replay_share and the replay file out.", "hone")]
    [InlineData("""{"hone": {"scale": 0}}""", "scale must be greater than 0 and at most 1000, not 0.", "hone")]
    [InlineData("""{"hone": {"dimensions": [8, 8]}}""", "dimensions must be whole numbers from 1 on, each once.", "hone")]
    public async Task What_does_not_go_with_an_encoder_is_refused(string more, string message, string param)
    {
        string file = await _server.UploadAsync(TuningServer.Triplets(10));
        JsonObject body = JsonNode.Parse(more.Replace("FILE", file, StringComparison.Ordinal))!.AsObject();
        (body["model"], body["training_file"]) = (Model, file);

        HttpResponseMessage response = await _server.Server.PostAsync("/v1/fine_tuning/jobs", body.ToJsonString());

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, null));
    }

    [Theory]
    [InlineData("""{"anchor": "a", "positive": "b"}""", 1, "must have at least 10 examples")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": 7}""", 10, "has the score 7 (line 1): give a number from 0 to 1, or from 0 to 5")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": -0.1}""", 10, "has the score -0.1 (line 1)")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": 1}""", 10, "All scores are 1")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": "1"}""", 10, "has the score \"1\" (line 1)")]
    [InlineData("""{"sentence1": "a", "sentence2": " ", "score": 1}""", 10, "has an empty 'sentence2' (line 1)")]
    [InlineData("""{"prompt": "a", "completion": "b"}""", 10, "holds no pairs of texts")]
    [InlineData("""{"anchor": "once once once once once once once once once once once once once once once once once once once once once once once once once", "positive": "b"}""", 10, "more than the model's context of 40")]
    public async Task A_file_that_cannot_be_learned_from_fails_the_job_with_the_reason(string line, int count, string reason)
    {
        string file = await _server.UploadAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line + "\n", count))));

        string id = (await _server.CreateAsync(new { model = Model, training_file = file }))["id"]!.GetValue<string>();
        JsonNode job = await _server.WaitAsync(id, "succeeded", "failed");

        job["status"]!.GetValue<string>().ShouldBe("failed");
        job["error"]!["message"]!.GetValue<string>().ShouldContain(reason);
        job["error"]!["message"]!.GetValue<string>().ShouldNotContain(Path.DirectorySeparatorChar + file);
    }

    [Fact]
    public async Task Lengths_that_the_vectors_do_not_have_fail_the_job()
    {
        string file = await _server.UploadAsync(TuningServer.Triplets(10));

        string id = (await _server.CreateAsync(new { model = Model, training_file = file, hone = new { dimensions = new[] { 64 } } }))["id"]!.GetValue<string>();

        (await _server.WaitAsync(id, "succeeded", "failed"))["error"]!["message"]!.GetValue<string>().ShouldContain("dimensions has 64, and the model's vectors have 32 numbers");
    }

    async Task<JsonNode> DoneAsync(object request)
    {
        JsonNode created = await _server.CreateAsync(request);
        JsonNode job = await _server.WaitAsync(created["id"]!.GetValue<string>(), "succeeded", "failed");
        job["status"]!.GetValue<string>().ShouldBe("succeeded", job["error"]?.ToJsonString());
        return job;
    }

    /// <summary>Of two texts that the scored pairs call unlike.</summary>
    async Task<double> CosineAsync(string model)
    {
        HttpResponseMessage response = await _server.Server.PostAsync("/v1/embeddings", $$"""{"model":"{{model}}","input":["the dog 3","a ball 3"]}""");
        JsonArray data = (await TestServer.JsonOf(response))["data"]!.AsArray();
        double[][] vectors = [.. data.Select(item => item!["embedding"]!.AsArray().Select(value => value!.GetValue<double>()).ToArray())];
        return vectors[0].Zip(vectors[1]).Sum(pair => pair.First * pair.Second);
    }
}
