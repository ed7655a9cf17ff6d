using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Serving;

public sealed class ServeCommandTests : IDisposable
{
    readonly string _data = Directory.CreateTempSubdirectory("hone-serve-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_server_says_where_it_listens_answers_and_stops_when_it_is_told_to(string signal)
    {
        Assert.SkipWhen(signal == "INT" && HoneProcess.IgnoresCtrlC, "skipped: this run was begun with Ctrl-C ignored");
        using Process server = Start();
        string line = (await server.StandardOutput.ReadLineAsync())!;
        string address = JsonNode.Parse(line)!["listening"]!.GetValue<string>();
        using HttpClient http = new();

        HttpResponseMessage without = await http.GetAsync($"{address}/models");
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk-first");
        HttpResponseMessage with = await http.GetAsync($"{address}/models");
        HoneProcess.Signal(server, signal);
        await server.WaitForExitAsync();

        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        with.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("here")]
    [InlineData(";")]
    [InlineData("")]
    public void An_address_that_cannot_be_had_is_an_error_in_words(string urls)
    {
        CliRun run = CliRun.Of("serve", "--urls", urls, "--data", _data);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("--urls");
    }

    [Fact]
    public void An_address_that_another_program_has_is_said_in_one_line()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        using HoneProcess server = new("serve", "--urls", $"http://{other.LocalEndpoint}", "--data", _data);

        (int exitCode, string error) = server.WaitForExit();

        exitCode.ShouldBe(1);
        error.Trim().ShouldMatch(@"^The server cannot listen: [^\n]+ Choose another address with --urls\.$");
    }

    [Fact]
    public void Beyond_loopback_a_key_is_needed()
    {
        CliRun run = CliRun.Of("serve", "--urls", "http://0.0.0.0:0", "--data", _data);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("hone keys create");
    }

    Process Start() =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hone.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", _data, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HONE_API_KEY"] = "sk-first" },
        })!;
}
