using System.CommandLine;
using Hone.Server.Access;
using Hone.Server.Files;

namespace Hone.Cli.Files;

/// <summary><c>hone files upload FILE</c></summary>
static class UploadFile
{
    public static Command Create()
    {
        Argument<string> path = new("FILE") { Description = Text.Of("The file to copy into the data folder", "要复制到数据文件夹的文件") };
        Option<string> purpose = new("--purpose") { Description = Text.Of("What it is for", "用途"), DefaultValueFactory = _ => FilePurposes.FineTune, HelpName = string.Join('|', FilePurposes.OfRequests) };
        purpose.AcceptOnlyFromAmong([.. FilePurposes.OfRequests]);
        return new Command("upload", Text.Of("Keep a copy of a file for jobs and batches", "保存一份文件，供任务和批处理使用")) { path, purpose, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                StoredFile file = FilesCommand.StoreOf(parse).Import(parse.GetRequiredValue(path), FilesCommand.Organisation, Caller.LocalProject, parse.GetRequiredValue(purpose));

                output.Line(file.Id);
                if (file.Problem is { } problem)
                    output.Line(Text.Of($"It was kept, but cannot be used for {file.Purpose}: {problem}", $"文件已保存，但不能用于 {file.Purpose}：{problem}"));
                output.Json(FilesCommand.ToJson(file));
            }
        );
    }
}
