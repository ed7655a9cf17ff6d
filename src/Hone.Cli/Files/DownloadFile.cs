using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Engine.Checkpoints;
using Hone.Server.Files;

namespace Hone.Cli.Files;

/// <summary><c>hone files download ID</c></summary>
static class DownloadFile
{
    public static Command Create()
    {
        Argument<string> id = FilesCommand.IdArgument();
        Option<string?> target = new("--output", "-o") { Description = Text.Of("Where to (default: the file's name, here)", "保存位置（默认：当前文件夹，用文件自己的名称）"), HelpName = "FILE" };
        return new Command("download", Text.Of("Copy a file out of the data folder", "把文件从数据文件夹中复制出来")) { id, target, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                FileStore files = FilesCommand.StoreOf(parse);
                StoredFile file = FilesCommand.Find(files, parse.GetRequiredValue(id));
                string path = parse.GetValue(target) ?? file.Filename;
                if (Path.Exists(path))
                    throw new HoneException(Text.Of($"{path} exists already. Name another file with --output.", $"{path} 已存在。请用 --output 指定其他文件。"));
                AtomicFile.Copy(files.PathOf(file), path);

                output.Line(path);
                output.Json(new JsonObject { ["id"] = file.Id, ["path"] = Path.GetFullPath(path) });
            }
        );
    }
}
