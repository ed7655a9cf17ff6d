using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Files;

namespace Hone.Cli.Files;

/// <summary><c>hone files delete ID</c></summary>
static class DeleteFile
{
    public static Command Create()
    {
        Argument<string> id = FilesCommand.IdArgument();
        return new Command("delete", Text.Of("Delete a file", "删除文件")) { id, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                FileStore files = FilesCommand.StoreOf(parse);
                StoredFile file = FilesCommand.Find(files, parse.GetRequiredValue(id));
                files.Delete(file.Id, FilesCommand.Organisation);

                output.Line(Text.Of($"Deleted {file.Id} ({file.Filename}).", $"已删除 {file.Id}（{file.Filename}）。"));
                output.Json(new JsonObject { ["id"] = file.Id, ["deleted"] = true });
            }
        );
    }
}
