using System.Net;
using Hone.Engine;
using Hone.Server.Http;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class ServerSettingsTests
{
    [Theory]
    [InlineData("""{"limit": {}}""", "limit")]
    [InlineData("""{"limits": {"requests_per_second": 1}}""", "requests_per_second")]
    [InlineData("""{"limits": {"requests_per_minute": 0}}""", "limits")]
    [InlineData("""{"limits": """, "end of the JSON")]
    public void Settings_that_nobody_knows_are_refused_by_name(string json, string named)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, json);

        HoneException error = Should.Throw<HoneException>(() => ServerSettings.Read(path, isRequired: true));

        error.Message.ShouldContain(path);
        error.Message.ShouldContain(named);
        File.Delete(path);
    }

    [Fact]
    public void A_settings_file_that_was_named_must_exist()
    {
        Should.Throw<HoneException>(() => ServerSettings.Read("no-such-file.json", isRequired: true)).Message.ShouldContain("no-such-file.json");

        ServerSettings.Read("no-such-file.json", isRequired: false).Limits.RequestsPerMinute.ShouldBe(60_000);
    }

    [Fact]
    public async Task An_alias_can_be_added_while_the_server_runs()
    {
        await using TestServer server = await TestServer.StartAsync();

        HttpStatusCode before = (await server.GetAsync("/v1/models/gpt-9")).StatusCode;
        await File.WriteAllTextAsync(Path.Combine(server.DataRoot, "settings.json"), """{"aliases": {"gpt-9": "hone-nano"}}""");
        HttpStatusCode after = (await server.GetAsync("/v1/models/gpt-9")).StatusCode;

        before.ShouldBe(HttpStatusCode.NotFound);
        after.ShouldBe(HttpStatusCode.OK);
    }
}
