using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Access;

namespace Hone.Cli.Access;

/// <summary><c>hone keys revoke ID</c></summary>
static class RevokeKey
{
    public static Command Create()
    {
        Argument<string> id = new("ID") { Description = Text.Of("The key's id, as 'hone keys list' shows it", "密钥的 id，见 'hone keys list'") };
        return new Command("revoke", Text.Of("Refuse a key from now on", "从现在起拒绝某个密钥")) { id, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                ApiKey key = KeysCommand.KeysOf(parse).Revoke(parse.GetRequiredValue(id));

                output.Line(Text.Of($"Revoked {key.Id} ({key.Hint}).", $"已吊销 {key.Id}（{key.Hint}）。"));
                output.Json(new JsonObject { ["id"] = key.Id, ["revoked"] = true });
            }
        );
    }
}
