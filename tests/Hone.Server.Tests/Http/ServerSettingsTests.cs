using System.Net;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Http;

public sealed class ServerSettingsTests
{
    [Theory]
    [InlineData("{\n  \"limit\": {}\n}", "line 2: there is no setting \"limit\". Known there are aliases, limits, jobs, inference, prices. Correct the name, or delete it.")]
    [InlineData("{\"limits\": {\n\"requests_per_second\": 1}}", "line 2: there is no setting \"limits.requests_per_second\". Known there are requests_per_minute, tokens_per_minute. Correct the name, or delete it.")]
    [InlineData("{\"limits\":\n{\n\"requests_per_minute\": 0}}", "line 3: \"limits.requests_per_minute\" must be a whole number of 1 or more; it is 0. Correct it, or delete it for its default.")]
    [InlineData("{\"limits\": {\"tokens_per_minute\": \"many\"}}", "line 1: \"limits.tokens_per_minute\" must be a whole number; it is \"many\". Correct it, or delete it for its default.")]
    [InlineData("{\"limits\": {\"tokens_per_minute\": 1.5}}", "line 1: \"limits.tokens_per_minute\" must be a whole number; it is 1.5. Correct it, or delete it for its default.")]
    [InlineData("{\"limits\": {\"tokens_per_minute\": null}}", "line 1: \"limits.tokens_per_minute\" must be a whole number; it is null. Correct it, or delete it for its default.")]
    [InlineData("{\"limits\": 5}", "line 1: \"limits\" must be an object: { … }; it is 5. Correct it, or delete it for its default.")]
    [InlineData("{\"jobs\": {\"at_once\": 65}}", "line 1: \"jobs.at_once\" must be a whole number from 1 to 64; it is 65. Correct it, or delete it for its default.")]
    [InlineData("{\"aliases\": {\n\n\"gpt-9\": 5}}", "line 3: \"aliases.gpt-9\" must be a text in quotes; it is 5. Correct it, or delete it for its default.")]
    [InlineData("{\"jobs\": {},\n\"jobs\": {}}", "line 2: \"jobs\" stands there twice (first in line 1). Delete one of them.")]
    [InlineData("{\"jobs\":\n[]}", "line 2: \"jobs\" is a list, and no setting is one. Correct it.")]
    [InlineData("5", "line 1: the whole must be an object: { … }; it is 5. Correct it, or delete it for its default.")]
    [InlineData("{\"prices\": {\"source\": \"a\", \"currency\": \"USD\", \"models\": {}}}", "line 1: \"prices\" lacks \"as_of\". Add it.")]
    [InlineData("{\n\"limits\": {} \"jobs\": {}\n}", "line 2: this is no JSON before \"\"jobs\": {}\". A comma, colon, quote or bracket is missing there, or too much.")]
    [InlineData("{\"limits\": ", "line 1: this is no JSON after \"{\"limits\":\". A comma, colon, quote or bracket is missing there, or too much.")]
    [InlineData("", "line 1: this is no JSON where the text ends. A comma, colon, quote or bracket is missing there, or too much.")]
    public void What_is_wrong_is_said_with_line_and_key_and_what_to_do(string json, string problem)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, json);

        HoneException error = Should.Throw<HoneException>(() => ServerSettings.Read(path, isRequired: true));

        error.Message.ShouldBe($"{path}, {problem}");
        File.Delete(path);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_taken()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "\ufeff{\n// For the laptop.\n\"jobs\": {\"at_once\": 2,},\n}");

        ServerSettings.Read(path, isRequired: true).Jobs.AtOnce.ShouldBe(2);
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

    [Fact]
    public void A_bad_edit_leaves_the_aliases_as_they_were_and_is_told_once()
    {
        string path = Path.GetTempFileName();
        List<string> warnings = [];
        Write("""{"aliases": {"gpt-9": "hone-nano"}}""", 1);
        ModelAliases aliases = new(path, warnings.Add);

        Write("""{"aliases": {"gpt-9": "hone-nano" """, 2);
        string? kept = aliases.Find("gpt-9");
        aliases.Find("gpt-9").ShouldBe(kept);
        Write("""{"aliases": {"gpt-9": "another"}}""", 3);
        string? corrected = aliases.Find("gpt-9");

        kept.ShouldBe("hone-nano");
        corrected.ShouldBe("another");
        warnings.ShouldHaveSingleItem().ShouldStartWith($"{path}, line 1: this is no JSON ");
        File.Delete(path);

        void Write(string json, int day)
        {
            File.WriteAllText(path, json);
            // Two edits in one tick of the clock would be one.
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }
    }

    [Fact]
    public async Task A_server_goes_on_with_the_last_good_settings()
    {
        await using TestServer server = await TestServer.StartAsync();
        string path = Path.Combine(server.DataRoot, "settings.json");

        await File.WriteAllTextAsync(path, """{"aliases": {"gpt-9": "hone-nano"}}""");
        HttpStatusCode good = (await server.GetAsync("/v1/models/gpt-9")).StatusCode;
        await File.WriteAllTextAsync(path, """{"alias": {}}""");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        HttpStatusCode bad = (await server.GetAsync("/v1/models/gpt-9")).StatusCode;

        good.ShouldBe(HttpStatusCode.OK);
        bad.ShouldBe(HttpStatusCode.OK);
    }
}
