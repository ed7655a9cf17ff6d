using System.ClientModel;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Tests.Inference;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

[Collection(RunsAlone.Name)]
public sealed class AbuseTests
{
    const long Megabyte = 1 << 20;
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("/v1/files", "multipart/form-data; boundary=b", 1L << 30, 513L << 20)]
    [InlineData("/v1/uploads", "application/json", 17L << 20, 16L << 20)]
    public async Task A_body_that_is_announced_too_large_is_refused_before_it_is_sent(string path, string type, long length, long limit)
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);

        await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n");
        string answer = await connection.ReceiveAsync(Soon);

        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain(ErrorBody.Of($"The request body is too large: at most {limit} bytes are possible here. Send larger files in parts: POST /v1/uploads.", code: "request_too_large"));
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task An_endless_line_is_refused_at_the_limit_in_little_memory_while_others_are_served()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.Http.Timeout = Timeout.InfiniteTimeSpan;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        MultipartFormDataContent form = new() { { new StringContent("fine-tune"), "purpose" }, { new StreamContent(new EndlessLine(1024 * Megabyte)), "file", "a.jsonl" } };
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/files") { Content = form, Headers = { TransferEncodingChunked = true } };

        Task<HttpResponseMessage> upload = server.Http.SendAsync(request);
        int served = 0;
        long most = 0;
        while (!upload.IsCompleted)
        {
            (await server.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
            served++;
            // What is in use: how much garbage lies beside it is a matter of the machine's caches.
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }

        (await upload).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        served.ShouldBeGreaterThan(0);
        (most - before).ShouldBeLessThan(100 * Megabyte);
        await Patience.UntilAsync(() => Directory.GetFiles(Path.Combine(server.DataRoot, "files")).Length == 0, "What was received is deleted.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_on_sending_too_much_sees_the_reason(bool isAnnounced)
    {
        await using TestServer server = await TestServer.StartAsync();
        StreamContent body = new(new EndlessLine(60 * Megabyte));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        body.Headers.ContentLength = isAnnounced ? 60 * Megabyte : null;
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/uploads") { Content = body, Headers = { TransferEncodingChunked = !isAnnounced } };

        // Not through the handler that reads bodies first.
        using HttpClient client = new() { BaseAddress = server.Http.BaseAddress };
        HttpResponseMessage response = await client.SendAsync(request);
        JsonNode error = (await TestServer.JsonOf(response))["error"]!;

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        error["code"]!.GetValue<string>().ShouldBe("request_too_large");
        error["message"]!.GetValue<string>().ShouldBe("The request body is too large: at most 16777216 bytes are possible here. Send larger files in parts: POST /v1/uploads.");
    }

    [Fact]
    public async Task The_official_client_sees_the_reason_too()
    {
        await using TestServer server = await TestServer.StartAsync();
        ChatClient client = server.Client().GetChatClient("hone-nano");

        ClientResultException error = await Should.ThrowAsync<ClientResultException>(() => client.CompleteChatAsync(new string('x', 20 << 20)));

        error.Status.ShouldBe(413);
        error.Message.ShouldContain("request_too_large");
    }

    [Fact]
    public async Task Large_requests_that_do_not_end_take_only_so_much_memory_and_small_ones_go_on()
    {
        // Room for one body of the largest size, and no more.
        await using TestServer server = await StoriesServer.StartAsync("""{"memory_bytes": 200000000}""");
        List<RawConnection> held = [];
        for (int i = 0; i < 14; i++)
        {
            RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);
            held.Add(await connection.SendAsync($"POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {2 * Megabyte}\r\n\r\n{new string(' ', (int)Megabyte)}"));
        }

        await Patience.UntilAsync(async () => await TakenAsync() == 14 * Megabyte * 8, "What was sent is there.");
        string large = $$"""{"filename": "{{new string('y', 4 << 20)}}"}""";
        HttpResponseMessage refused = await server.PostAsync("/v1/uploads", large);
        HttpStatusCode small = (await server.PostAsync("/v1/uploads", """{"filename": "a", "purpose": "vision", "bytes": 5, "mime_type": "x"}""")).StatusCode;
        held.ForEach(connection => connection.Dispose());
        await Patience.UntilAsync(async () => await TakenAsync() == 0, "The room of requests that are over is free again.");
        HttpStatusCode afterwards = (await server.PostAsync("/v1/uploads", large)).StatusCode;

        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        await refused.ShouldBeErrorAsync(429, ErrorBody.Of("The server is at work on too many large requests. Please try again later.", code: "server_overloaded", type: "rate_limit_error"));
        small.ShouldBe(HttpStatusCode.OK);
        afterwards.ShouldBe(HttpStatusCode.BadRequest);

        async Task<long> TakenAsync()
        {
            string metrics = await (await server.GetAsync("/metrics")).Content.ReadAsStringAsync();
            string line = metrics.Split('\n').Single(line => line.StartsWith("hone_request_memory_bytes ", StringComparison.Ordinal));
            return long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_line_beyond_the_limit_is_a_problem_of_the_file_and_not_of_the_memory()
    {
        await using TestServer server = await TestServer.StartAsync();
        MultipartFormDataContent form = new() { { new StringContent("fine-tune"), "purpose" }, { new StreamContent(new EndlessLine(20 * Megabyte)), "file", "a.jsonl" } };

        JsonNode file = await TestServer.JsonOf(await server.SendAsync(HttpMethod.Post, "/v1/files", form));

        file["status_details"]!.GetValue<string>().ShouldBe("Line 1 is longer than 16 MB. Write one JSON object per line.");
    }

    [Fact]
    public async Task Clients_that_never_finish_their_requests_keep_nobody_waiting()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<RawConnection> slow = [];
        for (int i = 0; i < 300; i++)
        {
            RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);
            slow.Add(await connection.SendAsync(i % 2 == 0 ? "POST /v1/uploads HT" : "POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{\"file"));
        }

        using CancellationTokenSource timeout = new(Soon);
        HttpResponseMessage response = await server.Http.GetAsync("/v1/models", timeout.Token);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        slow.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task Ten_thousand_connections_that_are_opened_and_dropped_leave_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int i = 0; i < 10_000; i++)
        {
            using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);
            if (i % 10 == 0)
                await connection.SendAsync("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            else if (i % 2 == 0)
                connection.Abort();
        }

        (await server.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        // The server takes its time to notice that they are gone.
        await Patience.UntilAsync(() => GC.GetTotalMemory(forceFullCollection: true) - before < 20 * Megabyte, "The memory of the connections is free.");
    }

    [Theory]
    [InlineData("""{"a":""", "}")]
    [InlineData("[", "]")]
    public async Task Json_that_is_nested_without_end_is_refused(string open, string close)
    {
        await using TestServer server = await TestServer.StartAsync();
        StringBuilder json = new("{\"filename\": ");
        for (int i = 0; i < 100_000; i++)
            json.Append(open);
        json.Append('1');
        for (int i = 0; i < 100_000; i++)
            json.Append(close);

        HttpResponseMessage response = await server.PostAsync("/v1/uploads", json.Append('}').ToString());

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TestServer.JsonOf(response))["error"]!["message"]!.GetValue<string>().ShouldStartWith("We could not parse the JSON body of your request");
    }

    [Fact]
    public async Task Nothing_of_a_request_becomes_a_header_of_the_response()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);

        await connection.SendAsync("GET /v1/models/a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nOpenAI-Organization: a b;c\r\nOpenAI-Project: p\rSet-Cookie: y=2\r\nConnection: close\r\n\r\n");
        string answer = await connection.ReceiveAsync(Soon);

        answer.ShouldStartWith("HTTP/1.1 4");
        string headers = answer.Split("\r\n\r\n")[0];
        headers.ShouldNotContain("Set-Cookie");
        headers.ShouldNotContain("a b;c");
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic abc")]
    [InlineData("Bearer \u00e9\u00fc")]
    [InlineData("Bearer ' OR 1=1 --")]
    public async Task A_strange_key_is_401(string header)
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { ApiKey = "sk-first" });
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);

        await connection.SendAsync($"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {header}\r\nConnection: close\r\n\r\n");
        string answer = await connection.ReceiveAsync(Soon);

        // Kestrel itself refuses header bytes that are no UTF-8.
        answer.ShouldMatch("^HTTP/1.1 40[01] ");
    }

    [Fact]
    public async Task A_long_key_is_401_and_longer_headers_are_431()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { ApiKey = "sk-first" });

        HttpStatusCode key = (await server.SendAsync(HttpMethod.Get, "/v1/models", key: new string('k', 10_000))).StatusCode;
        HttpStatusCode headers = (await server.SendAsync(HttpMethod.Get, "/v1/models", key: new string('k', 50_000))).StatusCode;

        key.ShouldBe(HttpStatusCode.Unauthorized);
        headers.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    [Fact]
    public async Task A_part_of_a_form_with_endless_headers_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        ByteArrayContent form = new(Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{new string('x', 100_000)}\"\r\n\r\n{{}}\r\n--b--\r\n"));
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        HttpResponseMessage response = await server.SendAsync(HttpMethod.Post, "/v1/files", form);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
