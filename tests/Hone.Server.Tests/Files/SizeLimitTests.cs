using Hone.Server.Tests.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Files;

/// <summary>Files and parts one byte above what they may have. The bytes are made while they are sent, and go through the real connection.</summary>
public sealed class SizeLimitTests
{
    const long Megabyte = 1 << 20;

    [Theory(Explicit = true), Trait("Kind", "Slow")]
    [InlineData("batch", 200 * Megabyte, "Split it into several batches.")]
    [InlineData("fine-tune", 512 * Megabyte, "Send larger files in parts: POST /v1/uploads.")]
    [InlineData("user_data", 512 * Megabyte, "Send larger files in parts: POST /v1/uploads.")]
    public async Task A_file_that_is_too_large_for_its_purpose_is_refused_and_leaves_nothing(string purpose, long most, string advice)
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpResponseMessage response = await server.SendAsync(HttpMethod.Post, "/v1/files", new MultipartFormDataContent { { new StreamContent(new EndlessLine(most + 1)), "file", "a.jsonl" }, { new StringContent(purpose), "purpose" } });

        await response.ShouldBeErrorAsync(413, ErrorBody.Of($"The file has {most + 1} bytes; at most {most} are possible for the purpose '{purpose}'. {advice}", "file"));
        Directory.GetFiles(Path.Combine(server.DataRoot, "files")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_is_too_large_is_refused_and_leaves_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await CreateAsync(server);

        HttpResponseMessage response = await server.SendAsync(HttpMethod.Post, $"/v1/uploads/{upload}/parts", new MultipartFormDataContent { { new StreamContent(new EndlessLine((64 * Megabyte) + 1)), "data", "blob" } });

        await response.ShouldBeErrorAsync(413, ErrorBody.Of("A part can have at most 67108864 bytes.", "data"));
        Directory.GetFiles(Path.Combine(server.DataRoot, "uploads", upload)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_is_announced_too_large_is_refused_before_it_is_sent()
    {
        await using TestServer server = await TestServer.StartAsync();
        string upload = await CreateAsync(server);
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);

        await connection.SendAsync($"POST /v1/uploads/{upload}/parts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {66 * Megabyte}\r\nExpect: 100-continue\r\n\r\n");
        string answer = await connection.ReceiveAsync(TimeSpan.FromMinutes(2));

        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain(ErrorBody.Of("The request body is too large: at most 68157440 bytes are possible here. Send larger files in parts: POST /v1/uploads.", code: "request_too_large"));
    }

    static async Task<string> CreateAsync(TestServer server) =>
        (await TestServer.JsonOf(await server.PostAsync("/v1/uploads", """{"filename": "a.bin", "purpose": "vision", "bytes": 134217728, "mime_type": "application/octet-stream"}""")))["id"]!.GetValue<string>();
}
