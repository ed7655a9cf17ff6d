using System.CommandLine;
using Hone.Server.Models;

namespace Hone.Cli.Models;

/// <summary><c>hone models add DIR</c></summary>
static class AddModel
{
    public static Command Create()
    {
        Argument<string> folder = new Argument<string>("DIR") { Description = Text.Of("Folder in Hugging Face layout", "Hugging Face 格式的文件夹") }.NotEmpty();
        Option<string> name = new("--name") { Description = Text.Of("Name of the model (the folder's)", "模型的名称（默认为文件夹名）"), HelpName = "NAME" };
        Option<bool> link = new("--link") { Description = Text.Of("Refer to the folder instead of copying it", "只引用该文件夹，不复制") };
        return new Command("add", Text.Of("Check a folder with a model and give it a name", "检查模型文件夹并为它命名")) { folder, name, link, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                ModelEntry added = DataFolderOption.ModelsOf(parse).Add(parse.GetRequiredValue(folder), parse.GetValue(name), parse.GetValue(link));

                output.Line(Text.Of($"Added {added.Id} ({Quantity.Bytes(added.Size)}).", $"已添加 {added.Id}（{Quantity.Bytes(added.Size)}）。"));
                output.Json(ListModels.ToJson(added));
            }
        );
    }
}
