using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;
using Hone.Server.Models;

namespace Hone.Cli.Models;

/// <summary><c>hone models remove MODEL</c></summary>
static class RemoveModel
{
    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        return new Command("remove", Text.Of("Delete an added or fine-tuned model", "删除已添加或微调的模型")) { model, DataFolderOption.Create() }.Does(
            (parse, output) =>
            {
                ModelRegistry models = DataFolderOption.ModelsOf(parse);
                string name = parse.GetRequiredValue(model);
                RequireUnused(models, name, JobsOf.Data(DataFolderOption.Of(parse)));
                ModelEntry removed = models.Remove(name);

                output.Line(Text.Of($"Removed {removed.Id}.", $"已删除 {removed.Id}。"));
                output.Json(new JsonObject { ["model"] = removed.Id, ["removed"] = true });
            }
        );
    }

    /// <summary>A job that waits or runs needs the model that it trains.</summary>
    static void RequireUnused(ModelRegistry models, string name, JobStore jobs)
    {
        if (jobs.FindTrainerOf(used => models.FindByName(used)?.Id == name) is { } user)
            throw new HoneException(Text.Of(
                $"{name} cannot be removed: the job {user.Id} trains it. Wait for the job, or cancel it: hone jobs cancel {user.Id}",
                $"{name} 不能删除：任务 {user.Id} 正在用它训练。请等待任务结束，或取消它：hone jobs cancel {user.Id}"));
    }
}
