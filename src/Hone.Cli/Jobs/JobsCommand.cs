using System.CommandLine;

namespace Hone.Cli.Jobs;

/// <summary><c>hone jobs</c>: what is trained, with and without a running server.</summary>
static class JobsCommand
{
    public static Command Create() =>
        new("jobs", Text.Of("Watch, pause, cancel and delete fine-tuning jobs", "查看、暂停、取消和删除微调任务"))
        {
            ListJobs.Create(),
            ShowJob.Create(),
            ShowEvents.Create(),
            ChangeJob.CreateCancel(),
            ChangeJob.CreatePause(),
            ChangeJob.CreateResume(),
            DeleteJob.Create(),
        };
}
