using System.CommandLine;
using Hone.Server.Access;
using Hone.Server.Storage;

namespace Hone.Cli.Access;

/// <summary><c>hone keys</c>: who may use the server.</summary>
static class KeysCommand
{
    public static Command Create() =>
        new("keys", Text.Of("Make, list and revoke the keys of the server", "创建、列出和吊销服务器的密钥")) { CreateKey.Create(), ListKeys.Create(), RevokeKey.Create() };

    public static ApiKeys KeysOf(ParseResult parse) => new(Database.Open(DataFolderOption.Of(parse)), TimeProvider.System);
}
