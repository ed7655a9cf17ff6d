using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Models;

namespace Hone.Cli.Models;

/// <summary><c>hone models list</c></summary>
static class ListModels
{
    public static Command Create() =>
        new Command("list", Text.Of("List all models", "列出所有模型")) { DataFolderOption.Create() }.Does(Run);

    static void Run(ParseResult parse, Output output)
    {
        IReadOnlyList<ModelEntry> models = DataFolderOption.ModelsOf(parse).List();

        string[] header = [Text.Of("MODEL", "模型"), Text.Of("ORIGIN", "来源"), Text.Of("SIZE", "大小"), Text.Of("BASE", "基础模型")];
        output.Table([header, .. models.Select(model => (string[])[model.Id, OriginText(model.Origin), Quantity.Bytes(model.Size), model.Record?.Base ?? ""])]);
        foreach (ModelEntry model in models)
            output.Json(ToJson(model));
        output.Json(new JsonObject { ["models"] = models.Count });
    }

    public static JsonObject ToJson(ModelEntry model) =>
        new()
        {
            ["model"] = model.Id,
            ["origin"] = OriginName(model.Origin),
            ["folder"] = model.Folder,
            ["size_bytes"] = model.Size,
            ["base"] = model.Record?.Base,
        };

    public static string OriginText(ModelOrigin origin) =>
        origin switch
        {
            ModelOrigin.BuiltIn => Text.Of("built-in", "内置"),
            ModelOrigin.Added => Text.Of("added", "已添加"),
            ModelOrigin.FineTuned => Text.Of("fine-tuned", "微调"),
            _ => Text.Of("folder", "文件夹"),
        };

    public static string OriginName(ModelOrigin origin) =>
        origin switch
        {
            ModelOrigin.BuiltIn => "built_in",
            ModelOrigin.Added => "added",
            ModelOrigin.FineTuned => "fine_tuned",
            _ => "folder",
        };
}
