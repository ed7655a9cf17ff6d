using System.CommandLine;
using Hone.Server.Files;
using static System.FormattableString;

namespace Hone.Cli.Files;

/// <summary><c>hone files show ID</c></summary>
static class ShowFile
{
    public static Command Create()
    {
        Argument<string> id = FilesCommand.IdArgument();
        return new Command("show", Text.Of("Show what is known of a file", "查看文件的信息")) { id, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                FileStore files = FilesCommand.StoreOf(parse);
                StoredFile file = FilesCommand.Find(files, parse.GetRequiredValue(id));

                List<string[]> rows =
                [
                    [Text.Of("Id", "标识"), file.Id],
                    [Text.Of("Name", "名称"), file.Filename],
                    [Text.Of("Purpose", "用途"), file.Purpose],
                    [Text.Of("Size", "大小"), Quantity.Bytes(file.Bytes)],
                    [Text.Of("Created", "创建时间"), Invariant($"{file.CreatedAt:u}")],
                    [Text.Of("Content", "内容"), files.PathOf(file)],
                ];
                if (file.ExpiresAt is { } end)
                    rows.Add([Text.Of("Expires", "过期时间"), Invariant($"{end:u}")]);
                if (file.Problem is { } problem)
                    rows.Add([Text.Of("Problem", "问题"), problem]);
                output.Table(rows);
                output.Json(FilesCommand.ToJson(file));
            }
        );
    }
}
