using System.Text.RegularExpressions;
using Hone.Server.Tests.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Metrics;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Requests_are_counted_and_timed_by_route()
    {
        await using TestServer server = await TestServer.StartAsync();
        for (int i = 0; i < 3; i++)
            await server.GetAsync("/v1/models");
        await server.GetAsync("/v1/models/none");

        HttpResponseMessage response = null!;
        string text = "";
        // A request is counted when its answer has gone, which may be after the client has it.
        await Patience.UntilAsync(async () =>
        {
            response = await server.GetAsync("/metrics");
            text = await response.Content.ReadAsStringAsync();
            return text.Contains("http_response_status_code=\"404\"", StringComparison.Ordinal);
        }, "All requests are counted.");

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        string[] counts = [.. text.Split('\n').Where(line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal))];
        counts.ShouldContain(line => line.Contains("http_route=\"/v1/models\"", StringComparison.Ordinal) && line.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal) && line.EndsWith(" 3", StringComparison.Ordinal));
        counts.ShouldContain(line => line.Contains("http_route=\"/v1/models/{model}\"", StringComparison.Ordinal) && line.Contains("http_response_status_code=\"404\"", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal));
        text.ShouldContain("# TYPE http_server_request_duration_seconds histogram");
        text.ShouldContain("dotnet_process_memory_working_set_bytes ");
    }

    [Fact]
    public async Task Every_line_has_the_form_that_Prometheus_reads()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.GetAsync("/v1/models");

        string[] lines = (await (await server.GetAsync("/metrics")).Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Where(line => !Comment().IsMatch(line) && !Sample().IsMatch(line)).ShouldBeEmpty();
    }

    [GeneratedRegex("^# (HELP|TYPE) [a-z_0-9]+ .+$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^[a-z_0-9]+(\{[a-z_A-Z0-9]+="[^"]*"(,[a-z_A-Z0-9]+="[^"]*")*\})? -?[0-9.E+-]+$""")]
    private static partial Regex Sample();
}
