using System.Net;
using Hone.Engine;
using Hone.Server.Access;
using Hone.Server.Storage;
using Hone.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Access;

public sealed class ApiKeysTests
{
    [Fact]
    public async Task A_key_that_is_made_while_the_server_runs_is_needed_from_then_on_and_until_it_is_revoked()
    {
        await using TestServer server = await TestServer.StartAsync();
        var keys = server.Services.GetRequiredService<ApiKeys>();

        HttpStatusCode before = (await server.GetAsync("/v1/models")).StatusCode;
        (string secret, ApiKey key) = keys.Create("test", "acme", Role.Member);
        HttpStatusCode without = (await server.GetAsync("/v1/models")).StatusCode;
        HttpResponseMessage with = await server.SendAsync(HttpMethod.Get, "/v1/models", key: secret);
        keys.Revoke(key.Id);
        HttpStatusCode revoked = (await server.SendAsync(HttpMethod.Get, "/v1/models", key: secret)).StatusCode;
        HttpStatusCode withoutAgain = (await server.GetAsync("/v1/models")).StatusCode;

        before.ShouldBe(HttpStatusCode.OK);
        without.ShouldBe(HttpStatusCode.Unauthorized);
        with.StatusCode.ShouldBe(HttpStatusCode.OK);
        with.Headers.GetValues("openai-organization").ShouldBe(["acme"]);
        revoked.ShouldBe(HttpStatusCode.Unauthorized);
        withoutAgain.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        ShiftedClock clock = new();
        await using TestServer server = await TestServer.StartAsync(options => options with { Clock = clock });
        (string secret, _) = server.Services.GetRequiredService<ApiKeys>().Create("test", "acme", Role.Owner, lifetime: TimeSpan.FromDays(1));

        HttpStatusCode before = (await server.SendAsync(HttpMethod.Get, "/v1/models", key: secret)).StatusCode;
        clock.Shift = TimeSpan.FromDays(2);
        HttpStatusCode after = (await server.SendAsync(HttpMethod.Get, "/v1/models", key: secret)).StatusCode;

        before.ShouldBe(HttpStatusCode.OK);
        after.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_key_of_the_start_is_kept_and_replaced_by_that_of_the_next_start()
    {
        await using TestServer server = await TestServer.StartAsync(options => options with { ApiKey = "sk-first" });
        var keys = server.Services.GetRequiredService<ApiKeys>();

        keys.Configure("sk-first");
        keys.Configure("sk-second");

        keys.List().Count.ShouldBe(1);
        keys.Find("sk-first").ShouldBeNull();
        keys.Find("sk-second")!.Role.ShouldBe("owner");
        keys.Revoke(keys.List()[0].Id);
        Should.Throw<HoneException>(() => keys.Configure("sk-second")).Message.ShouldContain("revoked");
    }

    [Fact]
    public async Task The_database_holds_no_key()
    {
        await using TestServer server = await TestServer.StartAsync();

        (string secret, ApiKey key) = server.Services.GetRequiredService<ApiKeys>().Create("test", "acme", Role.Owner);

        secret.ShouldMatch("^sk-hone-[0-9A-Za-z]{40}$");
        key.ToString().ShouldNotContain(secret);
        foreach (string file in Directory.GetFiles(server.DataRoot, "hone.db*"))
            (await ReadSharedAsync(file)).ShouldNotContain(secret["sk-hone-".Length..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("a:b")]
    [InlineData("../a")]
    public void An_organisation_has_a_name_that_can_be_part_of_a_models_name(string name)
    {
        string root = Directory.CreateTempSubdirectory("hone-keys-").FullName;
        ApiKeys keys = new(Database.Open(new DataFolder(root)), TimeProvider.System);

        HoneException error = Should.Throw<HoneException>(() => keys.Create("test", name, Role.Owner));

        error.Message.ShouldContain("organisation");
        Directory.Delete(root, recursive: true);
    }

    static async Task<string> ReadSharedAsync(string path)
    {
        await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
