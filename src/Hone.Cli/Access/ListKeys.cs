using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using static System.FormattableString;

namespace Hone.Cli.Access;

/// <summary><c>hone keys list</c></summary>
static class ListKeys
{
    public static Command Create() =>
        new Command("list", Text.Of("List the keys, without the keys themselves", "列出密钥（不含密钥本身）")) { DataFolderOption.Create() }.Does(Run);

    static void Run(ParseResult parse, Output output)
    {
        IReadOnlyList<ApiKey> keys = KeysCommand.KeysOf(parse).List();

        string[] header = ["ID", Text.Of("KEY", "密钥"), Text.Of("NAME", "名称"), Text.Of("ORGANISATION", "组织"), Text.Of("ROLE", "角色"), Text.Of("CREATED", "创建时间"), Text.Of("STATE", "状态")];
        output.Table([header, .. keys.Select(key => (string[])[key.Id, key.Hint, key.Name, key.Organisation, key.Role, Invariant($"{key.CreatedAt:yyyy-MM-dd}"), StateText(key)])]);
        foreach (ApiKey key in keys)
            output.Json(ToJson(key));
        output.Json(new JsonObject { ["keys"] = keys.Count });
    }

    static JsonObject ToJson(ApiKey key) =>
        new()
        {
            ["id"] = key.Id,
            ["hint"] = key.Hint,
            ["name"] = key.Name,
            ["organisation"] = key.Organisation,
            ["project"] = key.Project,
            ["role"] = key.Role,
            ["created_at"] = key.CreatedAt.ToUnixTimeSeconds(),
            ["expires_at"] = key.ExpiresAt?.ToUnixTimeSeconds(),
            ["revoked_at"] = key.RevokedAt?.ToUnixTimeSeconds(),
        };

    static string StateText(ApiKey key) =>
        key.RevokedAt is { } revoked ? Invariant($"{Text.Of("revoked", "已吊销")} {revoked:yyyy-MM-dd}")
        : !key.IsActive(TimeProvider.System.GetUtcNow()) ? Text.Of("expired", "已过期")
        : key.ExpiresAt is { } end ? Invariant($"{Text.Of("until", "有效至")} {end:yyyy-MM-dd}")
        : Text.Of("active", "有效");
}
