using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class StopTests
{
    [Fact]
    public async Task A_server_that_stops_lets_requests_end_and_takes_no_new_ones()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { StopTimeout = TimeSpan.FromMinutes(1) });
        using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);
        const string Body = """{"filename": "a.jsonl", "purpose": "batch", "bytes": 5, "mime_type": "text/jsonl"}""";
        await connection.SendAsync($"POST /v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body[..10]}");
        while (!await HasBegun(server))
            await Task.Delay(5);

        Task stopped = server.StopAsync();
        while (await IsListening(server))
            await Task.Delay(5);
        bool wasStopped = stopped.IsCompleted;
        await connection.SendAsync(Body[10..]);
        string answer = await connection.ReceiveAsync(TimeSpan.FromSeconds(30));
        await stopped;

        wasStopped.ShouldBeFalse();
        answer.ShouldStartWith("HTTP/1.1 200 OK");
        JsonNode.Parse(answer[answer.IndexOf('{')..(answer.LastIndexOf('}') + 1)])!["status"]!.GetValue<string>().ShouldBe("pending");
    }

    static async Task<bool> HasBegun(TestServer server) =>
        (await (await server.GetAsync("/metrics")).Content.ReadAsStringAsync()).Split('\n').Any(line =>
            line.StartsWith("http_server_active_requests{", StringComparison.Ordinal) && line.Contains("\"POST\"", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal));

    static async Task<bool> IsListening(TestServer server)
    {
        try
        {
            using RawConnection connection = await RawConnection.OpenAsync(server.Http.BaseAddress!);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
