using System.Net;
using System.Text.Json.Nodes;
using Hone.Server.Files;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.FineTuning;

/// <summary>Files that an unfinished job reads.</summary>
[Collection(TuningServer.Collection)]
public sealed class FilesInUseTests
{
    [Fact]
    public async Task A_file_that_an_unfinished_job_reads_is_deleted_only_after_its_end()
    {
        await using TuningServer server = await TuningServer.StartAsync(hasWorkers: false);
        string training = await server.UploadAsync(TuningServer.Examples(10)), valid = await server.UploadAsync(TuningServer.Examples(4)), general = await server.UploadAsync(TuningServer.Examples(20));
        string other = await server.UploadAsync(TuningServer.Examples(10));
        JsonNode job = await server.CreateAsync(new { model = TuningServer.Model, training_file = training, validation_file = valid, hone = new { replay_file = general }, metadata = new { note = other } });
        string id = job["id"]!.GetValue<string>();

        foreach (string file in (string[])[training, valid, general])
        {
            await ShouldBeInUse(server, file, id);
            (await server.GetAsync($"/v1/files/{file}"))["id"]!.GetValue<string>().ShouldBe(file);
        }

        await server.SendAsync(HttpMethod.Delete, $"/v1/files/{other}");
        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/pause");
        await ShouldBeInUse(server, general, id);
        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel");
        foreach (string file in (string[])[training, valid, general])
            (await server.SendAsync(HttpMethod.Delete, $"/v1/files/{file}"))["deleted"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_whose_time_is_over_is_kept_until_the_job_that_reads_it_has_ended()
    {
        ShiftedClock clock = new();
        await using TuningServer server = await TuningServer.StartAsync(options => options with { Clock = clock }, hasWorkers: false);
        using MultipartFormDataContent form = new()
        {
            { new StringContent("fine-tune"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new ByteArrayContent(TuningServer.Examples(10)), "file", "train.jsonl" },
        };
        string file = (await server.SendAsync(HttpMethod.Post, "/v1/files", form))["id"]!.GetValue<string>();
        string id = (await server.CreateAsync(new { model = TuningServer.Model, training_file = file }))["id"]!.GetValue<string>();
        FileStore files = server.Server.Services.GetRequiredService<FileStore>();
        string content = Path.Combine(server.Server.DataRoot, "files", file);

        clock.Shift = TimeSpan.FromHours(2);
        files.Sweep();
        File.Exists(content).ShouldBeTrue();
        await server.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel");
        files.Sweep();

        File.Exists(content).ShouldBeFalse();
    }

    static async Task ShouldBeInUse(TuningServer server, string file, string job)
    {
        HttpResponseMessage response = await server.Server.SendAsync(HttpMethod.Delete, $"/v1/files/{file}");
        string message = $"The file {file} is in use by {job}, which is not finished. Wait for its end, or cancel it first.";
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TestServer.JsonOf(response)).ToJsonString().ShouldBe(
            $$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":"id","code":"file_in_use"},"detail":{"message":"{{{message}}}","code":"file_in_use"}}""");
    }
}
