using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Access;

public sealed class KeysCommandTests : IDisposable
{
    readonly string _data = Directory.CreateTempSubdirectory("hone-keys-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void A_key_is_shown_once_listed_without_itself_and_revoked()
    {
        CliRun created = Hone("create", "laptop", "--organisation", "acme", "--role", "owner", "--expires-in-days", "7", "--json");
        JsonNode key = JsonNode.Parse(created.Output)!;
        string secret = key["key"]!.GetValue<string>();
        string id = key["id"]!.GetValue<string>();

        CliRun list = Hone("list");
        CliRun revoked = Hone("revoke", id);
        CliRun after = Hone("list");
        CliRun unknown = Hone("revoke", "key_other");

        list.Output.ShouldContain("laptop");
        list.Output.ShouldContain("acme");
        list.Output.ShouldContain("until ");
        list.Output.ShouldNotContain(secret);
        revoked.ExitCode.ShouldBe(0);
        after.Output.ShouldContain("revoked ");
        unknown.ExitCode.ShouldBe(1);
        unknown.Error.ShouldContain("There is no key key_other.");
    }

    [Fact]
    public void A_role_that_does_not_exist_is_a_misuse()
    {
        CliRun run = Hone("create", "--role", "admin");

        run.ExitCode.ShouldBe(2);
    }

    CliRun Hone(string command, params string[] arguments) => CliRun.Of(["keys", command, .. arguments, "--data", _data]);
}
