using System.CommandLine;
using Hone.Cli.FineTuning;
using Hone.Server.FineTuning;
using Hone.Server.Storage;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs cancel|pause|resume JOB</c>: whoever works on the job hears of it at the next step.</summary>
static class ChangeJob
{
    public static Command CreateCancel() =>
        Create("cancel", Text.Of("End a job for good", "彻底取消任务"), (store, id) => store.Cancel(id), (data, job) => Text.Of($"{job.Id} is cancelled.", $"{job.Id} 已取消。"), JobFolder.TidyUnused);

    public static Command CreatePause() =>
        Create("pause", Text.Of("Stop a job with a checkpoint", "保存检查点并暂停任务"), (store, id) => store.Pause(id), (data, job) => Text.Of($"{job.Id} is paused.", $"{job.Id} 已暂停。"));

    public static Command CreateResume() =>
        Create("resume", Text.Of("Put a paused job back into the queue", "将暂停的任务放回队列"), (store, id) => store.Resume(id), (data, job) => Text.Of(
            $"{job.Id} is in the queue: a running server goes on with it. Without one: {FinetuneCommand.ToResume(data, job.Id)}",
            $"{job.Id} 已进入队列，运行中的服务器会继续处理。没有服务器时：{FinetuneCommand.ToResume(data, job.Id)}"));

    static Command Create(string name, string description, Func<JobStore, string, JobRecord?> change, Func<DataFolder, JobRecord, string> message, Action<DataFolder, JobRecord>? afterwards = null)
    {
        Argument<string> id = JobArgument.Create();
        return new Command(name, description) { id, DataFolderOption.Create() }.Does((parse, output) =>
        {
            DataFolder data = DataFolderOption.Of(parse);
            JobStore store = JobsOf.Data(data);
            JobRecord found = store.Get(parse.GetRequiredValue(id));
            JobRecord job = change(store, found.Id) ?? throw new HoneException(Text.Of(
                $"{found.Id} is {found.Status.Name}: that cannot be done with it now.",
                $"{found.Id} 的状态为 {found.Status.Name}，现在不能执行此操作。"));
            afterwards?.Invoke(data, job);
            output.Line(message(data, job));
            output.Json(ListJobs.ToJson(job));
        });
    }
}
