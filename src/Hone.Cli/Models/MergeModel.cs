using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.Models;

namespace Hone.Cli.Models;

/// <summary><c>hone models merge MODEL</c></summary>
static class MergeModel
{
    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        Option<string> name = new("--name") { Description = Text.Of("Name of the merged model", "合并后模型的名称"), HelpName = "NAME" };
        Option<string> folder = new Option<string>("--to") { Description = Text.Of("Write to this new folder instead of the data folder", "写到这个新文件夹，而不是数据文件夹"), HelpName = "DIR" }.NotEmpty();
        Option<string> type = new("--type") { Description = Text.Of("Precision to store (the base's)", "存储精度（默认与基础模型相同）"), HelpName = "f32|bf16|f16" };
        type.AcceptOnlyFromAmong("f32", "bf16", "f16");
        Command command = new("merge", Text.Of("Merge a fine-tuned model's adapter into its base", "把微调模型的适配器并入基础模型")) { model, name, folder, type, DataFolderOption.Create() };
        command.Validators.Add(result =>
        {
            if (result.IsGiven(name) && result.IsGiven(folder))
                result.AddError(Text.Of("Give --name or --to, not both.", "--name 和 --to 只能给出一个。"));
        });
        return command.Does(
            (parse, output) =>
            {
                ModelRegistry models = DataFolderOption.ModelsOf(parse);
                string adapted = parse.GetRequiredValue(model);
                ElementType? precision = parse.GetValue(type) is { } typeName ? Enum.Parse<ElementType>(typeName, ignoreCase: true) : null;

                if (parse.GetValue(folder) is { } path)
                {
                    models.MergeTo(path, adapted, precision);
                    output.Line(Text.Of($"Merged {adapted} into {path}.", $"已将 {adapted} 合并到 {path}。"));
                    output.Json(new JsonObject { ["model"] = adapted, ["folder"] = Path.GetFullPath(path) });
                }
                else
                {
                    ModelEntry merged = models.Merge(adapted, parse.GetValue(name), precision);
                    output.Line(Text.Of($"Merged {adapted} into {merged.Id} ({Quantity.Bytes(merged.Size)}).", $"已将 {adapted} 合并为 {merged.Id}（{Quantity.Bytes(merged.Size)}）。"));
                    output.Json(ListModels.ToJson(merged));
                }
            }
        );
    }
}
