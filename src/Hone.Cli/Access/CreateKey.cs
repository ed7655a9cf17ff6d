using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Models;

namespace Hone.Cli.Access;

/// <summary><c>hone keys create [NAME]</c></summary>
static class CreateKey
{
    const int MostDays = 36_500;

    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = Text.Of("What the key is for", "密钥的用途"), DefaultValueFactory = _ => "" };
        Option<string> organisation = new("--organisation") { Description = Text.Of("Whose key it is: it sees nothing of other organisations", "密钥所属的组织；看不到其他组织的任何内容"), DefaultValueFactory = _ => ModelIds.LocalOrganisation, HelpName = "NAME" };
        Option<string> project = new("--project") { Description = Text.Of("The organisation's project", "组织中的项目"), DefaultValueFactory = _ => "default", HelpName = "NAME" };
        Option<string> role = new("--role") { Description = Text.Of("What it may do: look (read-only), also use and make (member), also delete models (owner)", "权限：只读（read-only）、可使用和创建（member）、还可删除模型（owner）"), DefaultValueFactory = _ => RoleNames.Of(Role.Member), HelpName = string.Join('|', RoleNames.All) };
        role.AcceptOnlyFromAmong([.. RoleNames.All]);
        Option<int?> days = PositiveOption.CreateOptional("--expires-in-days", Text.Of("After how many days it expires (default: never)", "多少天后过期（默认：不过期）"), most: MostDays);
        return new Command("create", Text.Of("Make a key and show it once", "创建密钥，只显示一次")) { name, organisation, project, role, days, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                TimeSpan? lifetime = parse.GetValue(days) is { } count ? TimeSpan.FromDays(count) : null;
                (string secret, ApiKey key) = KeysCommand.KeysOf(parse).Create(parse.GetValue(name)!, parse.GetValue(organisation)!, RoleNames.Parse(parse.GetValue(role)!), parse.GetValue(project)!, lifetime);

                output.Line(secret);
                output.Line(Text.Of($"This is {key.Id}, {key.Role} of {key.Organisation}. The key is shown once: keep it now.", $"这是 {key.Id}，组织 {key.Organisation} 的 {key.Role}。密钥只显示这一次，请立即保存。"));
                output.Json(new JsonObject { ["key"] = secret, ["id"] = key.Id, ["organisation"] = key.Organisation, ["project"] = key.Project, ["role"] = key.Role, ["expires_at"] = key.ExpiresAt?.ToUnixTimeSeconds() });
            }
        );
    }
}
