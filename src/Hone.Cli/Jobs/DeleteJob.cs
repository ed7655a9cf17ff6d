using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs delete JOB</c>: what a job that has ended keeps, but for its models and files.</summary>
static class DeleteJob
{
    public static Command Create()
    {
        Argument<string> id = JobArgument.Create();
        return new Command("delete", Text.Of("Delete a job that has ended, with its checkpoints and events; its models stay", "删除已结束的任务及其检查点和事件；模型保留")) { id, DataFolderOption.Create() }.Does((parse, output) =>
        {
            DataFolder data = DataFolderOption.Of(parse);
            JobStore store = JobsOf.Data(data);
            JobRecord job = store.Get(parse.GetRequiredValue(id));
            long bytes = JobFolder.Delete(data, store, job.Id);
            output.Line(Text.Of($"Deleted {job.Id}, which kept {Quantity.Bytes(bytes)}.", $"已删除 {job.Id}，它占用了 {Quantity.Bytes(bytes)}。"));
            if (job.FineTunedModel is { } model)
                output.Line(Text.Of(
                    $"Its model {model} stays. To delete that too: hone models remove {model}{DataFolderOption.ToWrite(data)}",
                    $"其模型 {model} 保留。如要一并删除：hone models remove {model}{DataFolderOption.ToWrite(data)}"));
            output.Json(new JsonObject { ["job"] = job.Id, ["deleted"] = true, ["bytes"] = bytes });
        });
    }
}
