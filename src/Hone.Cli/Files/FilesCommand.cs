using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Files;
using Hone.Server.Models;
using Hone.Server.Storage;

namespace Hone.Cli.Files;

/// <summary><c>hone files</c>: the files of the organisation "local", whether or not a server is running on them.</summary>
static class FilesCommand
{
    public const string Organisation = ModelIds.LocalOrganisation;

    public static Command Create() =>
        new("files", Text.Of("Upload, list, show, download and delete files", "上传、列出、查看、下载和删除文件"))
        {
            UploadFile.Create(),
            ListFiles.Create(),
            ShowFile.Create(),
            DownloadFile.Create(),
            DeleteFile.Create(),
        };

    public static FileStore StoreOf(ParseResult parse)
    {
        DataFolder data = DataFolderOption.Of(parse);
        return new FileStore(data, Database.Open(data), TimeProvider.System);
    }

    public static Argument<string> IdArgument() => new("ID") { Description = Text.Of("The file's id, as 'hone files list' shows it", "文件的 id，见 'hone files list'") };

    public static StoredFile Find(FileStore files, string id) =>
        files.Find(id, Organisation) ?? throw new HoneException(Text.Of($"There is no file {id}. 'hone files list' shows the files.", $"没有文件 {id}。'hone files list' 列出所有文件。"));

    public static JsonObject ToJson(StoredFile file) =>
        new()
        {
            ["id"] = file.Id,
            ["filename"] = file.Filename,
            ["purpose"] = file.Purpose,
            ["bytes"] = file.Bytes,
            ["created_at"] = file.CreatedAt.ToUnixTimeSeconds(),
            ["expires_at"] = file.ExpiresAt?.ToUnixTimeSeconds(),
            ["problem"] = file.Problem,
        };
}
