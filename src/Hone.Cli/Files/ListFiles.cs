using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Files;
using Hone.Server.Http;
using static System.FormattableString;

namespace Hone.Cli.Files;

/// <summary><c>hone files list</c></summary>
static class ListFiles
{
    const int PageSize = 1000;

    public static Command Create()
    {
        Option<string?> purpose = new("--purpose") { Description = Text.Of("Only files for this purpose", "只列出此用途的文件"), HelpName = "PURPOSE" };
        return new Command("list", Text.Of("List the files, the newest first", "列出文件，最新的在前")) { purpose, DataFolderOption.Create() }.Does((parse, output) => Run(FilesCommand.StoreOf(parse), parse.GetValue(purpose), output));
    }

    static void Run(FileStore store, string? purpose, Output output)
    {
        List<StoredFile> files = [];
        IReadOnlyList<StoredFile> page;
        do
        {
            page = store.List(FilesCommand.Organisation, purpose, new PageRequest(files.Count > 0 ? files[^1].Id : null, PageSize, IsDescending: true));
            files.AddRange(page.Take(PageSize));
        }
        while (page.Count > PageSize);

        string[] header = ["ID", Text.Of("PURPOSE", "用途"), Text.Of("SIZE", "大小"), Text.Of("CREATED", "创建时间"), Text.Of("NAME", "名称")];
        output.Table([header, .. files.Select(file => (string[])[file.Id, file.Purpose, Quantity.Bytes(file.Bytes), Invariant($"{file.CreatedAt:yyyy-MM-dd HH:mm}"), file.Filename])]);
        foreach (StoredFile file in files)
            output.Json(FilesCommand.ToJson(file));
        output.Json(new JsonObject { ["files"] = files.Count });
    }
}
