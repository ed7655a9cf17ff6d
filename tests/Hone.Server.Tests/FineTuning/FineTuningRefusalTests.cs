using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

public sealed class FineTuningRefusalTests : IAsyncLifetime
{
    TuningServer _server = null!;
    string _file = "";

    public async ValueTask InitializeAsync()
    {
        _server = await TuningServer.StartAsync(hasWorkers: false);
        _file = await _server.UploadAsync(TuningServer.Examples(10));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_is_null_counts_as_absent()
    {
        object request = new { model = TuningServer.Model, training_file = _file, validation_file = (string?)null, method = new { type = "supervised", supervised = new { hyperparameters = new { n_epochs = 2 } }, dpo = (object?)null }, hone = new { rank = (int?)null } };

        JsonNode job = await _server.CreateAsync(request);

        job["method"]!.ToJsonString().ShouldBe("""{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":2,"batch_size":"auto","learning_rate_multiplier":"auto"}}}""");
    }

    [Fact]
    public async Task A_query_with_the_character_0_is_refused_before_a_database_sees_it()
    {
        foreach (string query in (string[])["after=%00", "metadata%5Ba%00%5D=b", "metadata%5Ba%5D=b%00"])
            await (await _server.Server.GetAsync($"/v1/fine_tuning/jobs?{query}")).ShouldBeErrorAsync(400, ErrorBody.Of("The query of your request has a character with the code 0."));
    }

    [Theory]
    [InlineData("""{"training_file": "FILE"}""", "Missing required parameter: 'model'.", "model", "missing_required_parameter")]
    [InlineData("""{"model": "stories260k"}""", "Missing required parameter: 'training_file'.", "training_file", "missing_required_parameter")]
    [InlineData("""{"model": "gpt-9", "training_file": "FILE"}""", "Model gpt-9 is not available for fine-tuning or does not exist.", null, "model_not_available")]
    [InlineData("""{"model": "stories260k", "training_file": "file-none"}""", "invalid training_file: file-none", "training_file", null)]
    [InlineData("""{"model": "stories260k", "training_file": "../../hone.db"}""", "invalid training_file: ../../hone.db", "training_file", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "validation_file": "file-none"}""", "invalid validation_file: file-none", "validation_file", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "suffix": ""}""", "'' is too short - 'suffix'", "suffix", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "seed": -1}""", "-1 is less than the minimum of 0 - 'seed'", "seed", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "seed": 2147483648}""", "2147483648 is greater than the maximum of 2147483647 - 'seed'", "seed", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hyperparameters": {"n_epochs": 51}}""", "51 is greater than the maximum of 50 - 'hyperparameters.n_epochs'", "hyperparameters.n_epochs", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hyperparameters": {"batch_size": "many"}}""", "'many' is not of type 'integer' - 'hyperparameters.batch_size'", "hyperparameters.batch_size", "invalid_type")]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "supervised", "supervised": {"hyperparameters": {"learning_rate_multiplier": 0}}}}""", "0 is less than or equal to the minimum of 0 - 'method.supervised.hyperparameters.learning_rate_multiplier'", "method.supervised.hyperparameters.learning_rate_multiplier", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 2.5}}}}""", "2.5 is greater than the maximum of 2 - 'method.dpo.hyperparameters.beta'", "method.dpo.hyperparameters.beta", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "supervised", "dpo": {}}}""", "Unrecognized request argument supplied: method.dpo", "method.dpo", "unknown_parameter")]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "reinforcement"}}""", "The method 'reinforcement' is not available on this server. Use 'supervised' or 'dpo' - 'method.type'", "method.type", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "magic"}}""", "'magic' is not one of ['supervised', 'dpo', 'reinforcement'] - 'method.type'", "method.type", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "integrations": [{"type": "wandb", "wandb": {"project": "p"}}]}""", "The integration 'wandb' is not available on this server. Leave 'integrations' out: the metrics are in the job's events and in its results file.", "integrations", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"rnak": 4}}""", "Unrecognized request argument supplied: hone.rnak", "hone.rnak", "unknown_parameter")]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"training": "full", "rank": 4}}""", "rank belongs to an adapter, and the method full trains none. Leave it out, or use the method lora.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"scale": 20}}""", "scale belongs to the training of an embedding model on pairs of texts. Leave it out.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"dimensions": [64]}}""", "dimensions belongs to the training of an embedding model on pairs of texts. Leave it out.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"patience": 2}}""", "patience needs a validation file. Leave it out, or name one.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"replay_share": 0.2}}""", "replay_share needs a replay file: general examples, of the kind that the model should not forget. Name one, or leave replay_share out.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"replay_share": 0.95, "replay_file": "FILE"}}""", "replay_share must be from 0 to 0.9, not 0.95.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"replay_file": "file-none"}}""", "invalid hone.replay_file: file-none", "hone.replay_file", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "method": {"type": "dpo"}, "hone": {"replay_file": "FILE"}}""", "Replay is not possible with the method dpo: general examples have no rejected answer, and beta already holds the model near what it was. Leave replay_share and the replay file out, or raise beta.", "hone", null)]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "hone": {"replay_file": "FILE", "replay": {}}}""", "Unrecognized request argument supplied: hone.replay", "hone.replay", "unknown_parameter")]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "epochs": 3}""", "Unrecognized request argument supplied: epochs", "epochs", "unknown_parameter")]
    [InlineData("""{"model": "stories260k", "training_file": "FILE", "metadata": {"a": 1}}""", "1 is not of type 'string' - 'metadata.a'", "metadata.a", "invalid_type")]
    public async Task A_request_that_cannot_be_meant_is_refused_and_makes_no_job(string body, string message, string? param, string? code)
    {
        HttpResponseMessage response = await _server.Server.PostAsync("/v1/fine_tuning/jobs", body.Replace("FILE", _file, StringComparison.Ordinal));

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
        (await _server.GetAsync("/v1/fine_tuning/jobs"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_suffix_of_65_characters_is_refused_and_of_64_is_not()
    {
        HttpResponseMessage refused = await _server.Server.PostAsync("/v1/fine_tuning/jobs", $$"""{"model": "stories260k", "training_file": "{{_file}}", "suffix": "{{new string('x', 65)}}"}""");

        await refused.ShouldBeErrorAsync(400, ErrorBody.Of($"'{new string('x', 65)}' is too long - 'suffix'", "suffix", null));
        (await _server.CreateAsync(new { model = TuningServer.Model, training_file = _file, suffix = new string('x', 64) }))["user_provided_suffix"]!.GetValue<string>().Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/checkpoints")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    public async Task A_job_that_is_not_there_is_not_found(string method, string path)
    {
        HttpResponseMessage response = await _server.Server.SendAsync(new HttpMethod(method), $"/v1/fine_tuning/jobs/ftjob-none{path}");

        await response.ShouldBeErrorAsync(404, ErrorBody.Of("Could not find fine tune: ftjob-none", "fine_tune_id", "fine_tune_not_found"));
    }

    [Fact]
    public async Task What_a_job_is_in_no_state_for_is_refused()
    {
        string id = (await _server.CreateAsync(new { model = TuningServer.Model, training_file = _file }))["id"]!.GetValue<string>();
        string path = $"/v1/fine_tuning/jobs/{id}";

        await (await _server.Server.PostAsync(path + "/resume", "")).ShouldBeErrorAsync(400, ErrorBody.Of($"Fine-tuning job {id} is validating_files and cannot be resumed.", null, "invalid_job_state"));
        JsonNode cancelled = await _server.PostAsync(path + "/cancel");
        await (await _server.Server.PostAsync(path + "/cancel", "")).ShouldBeErrorAsync(400, ErrorBody.Of($"Fine-tuning job {id} is cancelled and cannot be cancelled.", null, "invalid_job_state"));
        await (await _server.Server.PostAsync(path + "/pause", "")).ShouldBeErrorAsync(400, ErrorBody.Of($"Fine-tuning job {id} is cancelled and cannot be paused.", null, "invalid_job_state"));

        cancelled["status"]!.GetValue<string>().ShouldBe("cancelled");
        cancelled["finished_at"].ShouldBeNull();
    }

    [Fact]
    public async Task Jobs_files_and_models_of_another_organisation_are_not_there()
    {
        await using TuningServer server = await TuningServer.StartAsync(options => options with { ApiKey = "sk-first" }, hasWorkers: false);
        ApiKeys keys = server.Server.Services.GetRequiredService<ApiKeys>();
        string other = keys.Create("other", "acme", Role.Member).Secret, reader = keys.Create("reader", "local", Role.ReadOnly).Secret;
        string file = await server.UploadAsync(TuningServer.Examples(10), "sk-first");
        string id = (await server.CreateAsync(new { model = TuningServer.Model, training_file = file }, "sk-first"))["id"]!.GetValue<string>();
        StringContent Request() => new($$"""{"model": "{{TuningServer.Model}}", "training_file": "{{file}}"}""", Encoding.UTF8, "application/json");

        HttpResponseMessage found = await server.Server.SendAsync(HttpMethod.Get, $"/v1/fine_tuning/jobs/{id}", key: other);
        HttpResponseMessage created = await server.Server.SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", Request(), other);
        HttpResponseMessage read = await server.Server.SendAsync(HttpMethod.Get, $"/v1/fine_tuning/jobs/{id}", key: reader);
        HttpResponseMessage written = await server.Server.SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", Request(), reader);
        HttpResponseMessage cancelled = await server.Server.SendAsync(HttpMethod.Post, $"/v1/fine_tuning/jobs/{id}/cancel", key: reader);
        JsonNode list = await server.SendAsync(HttpMethod.Get, "/v1/fine_tuning/jobs", key: other);

        await found.ShouldBeErrorAsync(404, ErrorBody.Of($"Could not find fine tune: {id}", "fine_tune_id", "fine_tune_not_found"));
        await created.ShouldBeErrorAsync(400, ErrorBody.Of($"invalid training_file: {file}", "training_file", null));
        ((int)read.StatusCode).ShouldBe(200);
        foreach (HttpResponseMessage refused in new[] { written, cancelled })
            await refused.ShouldBeErrorAsync(403, ErrorBody.Of("You have insufficient permissions for this operation. It needs the role member; your key has the role read-only.", code: "insufficient_permissions"));
        list["data"]!.AsArray().ShouldBeEmpty();
    }
}
