using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Http;
using Hone.Server.Tests.Http;
using Hone.Server.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Uploads;

public sealed class UploadsTests
{
    [Fact]
    public async Task Parts_become_a_file_in_the_order_of_their_ids()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await Create(server, bytes: 6);

        string[] parts = await Task.WhenAll(new[] { "{}\n", "{}\n" }.Select(content => AddPart(server, upload, content)));
        const string Md5 = "cee4c523a79b07b56baf8c075ec77da5"; // printf '{}\n{}\n' | md5sum
        JsonNode completed = await Json(server.PostAsync($"/v1/uploads/{upload}/complete", $$"""{"part_ids": ["{{parts[1]}}", "{{parts[0]}}"], "md5": "{{Md5}}"}"""));
        JsonNode again = await Json(server.PostAsync($"/v1/uploads/{upload}/complete", $$"""{"part_ids": ["{{parts[1]}}", "{{parts[0]}}"]}"""));

        completed["status"]!.GetValue<string>().ShouldBe("completed");
        completed["file"]!["filename"]!.GetValue<string>().ShouldBe("大.jsonl");
        completed["file"]!["bytes"]!.GetValue<int>().ShouldBe(6);
        again["file"]!.ToJsonString().ShouldBe(completed["file"]!.ToJsonString());
        string content = await (await server.GetAsync($"/v1/files/{completed["file"]!["id"]}/content")).Content.ReadAsStringAsync();
        content.ShouldBe("{}\n{}\n");
        Directory.GetDirectories(Path.Combine(server.DataRoot, "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_is_shown_as_announced()
    {
        await using TestServer server = await TestServer.StartAsync();

        JsonNode upload = await Json(server.PostAsync("/v1/uploads", """{"filename": "a.jsonl", "purpose": "fine-tune", "bytes": 5, "mime_type": "text/jsonl"}"""));

        long created = upload["created_at"]!.GetValue<long>();
        upload["id"]!.GetValue<string>().ShouldMatch("^upload_[0-9A-Za-z]{24}$");
        upload.AsObject().Remove("id");
        upload.ToJsonString().ShouldBe($$"""{"created_at":{{created}},"filename":"a.jsonl","bytes":5,"purpose":"fine-tune","status":"pending","expires_at":{{created + 3600}},"file":null,"object":"upload"}""");
    }

    [Theory]
    [InlineData("""{"purpose": "fine-tune", "bytes": 5, "mime_type": "text/jsonl"}""", "Missing required parameter: 'filename'.", "filename", "missing_required_parameter")]
    [InlineData("""{"filename": "a", "purpose": "evals", "bytes": 5, "mime_type": "text/jsonl"}""", "'evals' is not one of ['assistants', 'batch', 'fine-tune', 'vision'] - 'purpose'", "purpose", null)]
    [InlineData("""{"filename": "a", "purpose": "batch", "bytes": 8589934593, "mime_type": "text/jsonl"}""", "8589934593 is greater than the maximum of 8589934592 - 'bytes'", "bytes", null)]
    [InlineData("""{"filename": "a", "purpose": "batch", "bytes": 209715201, "mime_type": "text/jsonl"}""", "209715201 is greater than the maximum of 209715200 for the purpose 'batch' - 'bytes'", "bytes", null)]
    [InlineData("""{"filename": "a", "purpose": "batch", "bytes": "5", "mime_type": "text/jsonl"}""", "'5' is not of type 'integer' - 'bytes'", "bytes", "invalid_type")]
    [InlineData("""{"filename": "a", "purpose": "batch", "bytes": 5, "mime_type": "text/jsonl", "expires_after": {"anchor": "created_at", "seconds": 60}}""", "60 is less than the minimum of 3600 - 'expires_after.seconds'", "expires_after.seconds", null)]
    [InlineData("""{"filename": "a", "purpose": "batch", "bytes": 5, "mime_type": "text/jsonl", "colour": 1}""", "Unrecognized request argument supplied: colour", "colour", "unknown_parameter")]
    public async Task An_upload_that_cannot_be_meant_is_refused(string body, string message, string param, string? code)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.PostAsync("/v1/uploads", body);

        await response.ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task Parts_that_do_not_make_what_was_announced_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await Create(server, bytes: 3);
        string part = await AddPart(server, upload, "{}\n");

        (string Body, string Message, string Param, string? Code)[] refused =
        [
            ("{}", "Missing required parameter: 'part_ids'.", "part_ids", "missing_required_parameter"),
            ("""{"part_ids": [1]}""", "A part's id must be a string.", "part_ids", "invalid_type"),
            ("""{"part_ids": []}""", "The parts have 0 bytes together, but the upload was announced with 3.", "part_ids", null),
            ("""{"part_ids": ["part_other"]}""", $"Upload {upload} has no part part_other, or it is named twice.", "part_ids", null),
            ($$"""{"part_ids": ["{{part}}", "{{part}}"]}""", $"Upload {upload} has no part {part}, or it is named twice.", "part_ids", null),
            // printf '{}\n' | md5sum
            ($$"""{"part_ids": ["{{part}}"], "md5": "00"}""", "The content has the MD5 checksum 8a80554c91d9fca8acb82f023de02f11, not 00.", "md5", null),
        ];

        foreach ((string body, string message, string param, string? code) in refused)
            await (await server.PostAsync($"/v1/uploads/{upload}/complete", body)).ShouldBeErrorAsync(400, ErrorBody.Of(message, param, code));
    }

    [Fact]
    public async Task A_cancelled_upload_takes_nothing_more()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await Create(server, bytes: 3);
        await AddPart(server, upload, "{}\n");

        JsonNode cancelled = await Json(server.PostAsync($"/v1/uploads/{upload}/cancel", ""));
        HttpResponseMessage part = await server.SendAsync(HttpMethod.Post, $"/v1/uploads/{upload}/parts", Form("{}"));
        HttpResponseMessage again = await server.PostAsync($"/v1/uploads/{upload}/cancel", "");

        cancelled["status"]!.GetValue<string>().ShouldBe("cancelled");
        foreach (HttpResponseMessage refused in new[] { part, again, await server.PostAsync($"/v1/uploads/{upload}/complete", """{"part_ids": []}""") })
            await refused.ShouldBeErrorAsync(400, ErrorBody.Of($"Upload {upload} is cancelled.", "upload_id"));
    }

    [Fact]
    public async Task A_part_that_is_on_its_way_when_its_upload_is_cancelled_is_refused_with_the_reason()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await Create(server, bytes: 3);
        string folder = Path.Combine(server.DataRoot, "uploads", upload);
        const string Start = "--b\r\nContent-Disposition: form-data; name=data; filename=x\r\n\r\n{}", End = "\n\r\n--b--\r\n";
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);

        await connection.SendAsync($"POST /v1/uploads/{upload}/parts HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {Start.Length + End.Length}\r\n\r\n{Start}");
        await Patience.UntilAsync(() => Directory.GetFiles(folder).Length == 1, "The part is on its way.");
        (await server.PostAsync($"/v1/uploads/{upload}/cancel", "")).EnsureSuccessStatusCode();
        await connection.SendAsync(End);
        string answer = await connection.ReceiveAsync(TimeSpan.FromMinutes(2));

        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain(ErrorBody.Of($"Upload {upload} is cancelled.", "upload_id"));
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_part_that_came_to_the_disk_before_its_upload_ended_does_not_become_one_of_it()
    {
        await using TestServer server = await TestServer.StartAsync();
        var uploads = server.Services.GetRequiredService<UploadStore>();
        PendingUpload upload = uploads.Find(await Create(server, bytes: 3), "local");
        string folder = Path.Combine(server.DataRoot, "uploads", upload.Id);

        ApiError error = await Should.ThrowAsync<ApiError>(() => uploads.AddAsync(upload, async path =>
        {
            uploads.Cancel(upload);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(path, "{}");
        }));

        error.Message.ShouldBe($"Upload {upload.Id} is cancelled.");
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_an_hour_an_upload_is_over_and_its_parts_are_swept_away()
    {
        ShiftedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock });
        string upload = await Create(server, bytes: 3);
        await AddPart(server, upload, "{}\n");

        clock.Shift = TimeSpan.FromMinutes(61);
        HttpResponseMessage part = await server.SendAsync(HttpMethod.Post, $"/v1/uploads/{upload}/parts", Form("{}"));
        server.Services.GetRequiredService<UploadStore>().Sweep();

        await part.ShouldBeErrorAsync(400, ErrorBody.Of($"Upload {upload} is expired.", "upload_id"));
        Directory.GetDirectories(Path.Combine(server.DataRoot, "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Parts_cannot_fill_the_disk()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await Create(server, bytes: 3);
        await AddPart(server, upload, "{}\n");
        await AddPart(server, upload, "{}\n");

        HttpResponseMessage third = await server.SendAsync(HttpMethod.Post, $"/v1/uploads/{upload}/parts", Form("{}\n"));

        await third.ShouldBeErrorAsync(400, ErrorBody.Of($"The parts of upload {upload} have more than 2 times the 3 bytes that it was announced with.", "data"));
        Directory.GetFiles(Path.Combine(server.DataRoot, "uploads", upload)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task An_unknown_upload_is_404_everywhere()
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage[] responses =
        [
            await server.SendAsync(HttpMethod.Post, "/v1/uploads/upload_nothing/parts", Form("{}")),
            await server.PostAsync("/v1/uploads/upload_nothing/complete", """{"part_ids": ["part_a"]}"""),
            await server.PostAsync("/v1/uploads/upload_nothing/cancel", ""),
        ];

        foreach (HttpResponseMessage response in responses)
            await response.ShouldBeErrorAsync(404, ErrorBody.Of("No such Upload object: upload_nothing", "upload_id"));
    }

    static async Task<string> Create(TestServer server, long bytes) =>
        (await Json(server.PostAsync("/v1/uploads", $$"""{"filename": "大.jsonl", "purpose": "fine-tune", "bytes": {{bytes}}, "mime_type": "text/jsonl"}""")))["id"]!.GetValue<string>();

    static async Task<string> AddPart(TestServer server, string upload, string content) =>
        (await Json(server.SendAsync(HttpMethod.Post, $"/v1/uploads/{upload}/parts", Form(content))))["id"]!.GetValue<string>();

    static MultipartFormDataContent Form(string content) => new() { { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "data", "blob" } };

    static async Task<JsonNode> Json(Task<HttpResponseMessage> response) => await TestServer.JsonOf((await response).EnsureSuccessStatusCode());
}
