using System.CommandLine;
using Hone.Server.FineTuning;
using Hone.Server.Jobs;
using Hone.Server.Storage;

namespace Hone.Cli.FineTuning;

/// <summary><c>hone worker JOB</c>: works on one job of the queue, as a server or a batch scheduler starts it.</summary>
static class WorkerCommand
{
    public static Command Create()
    {
        Argument<string> job = new("JOB") { Description = Text.Of("The job's id", "任务标识") };
        Option<string> holder = new("--holder") { Description = Text.Of("The name under which the job is reserved", "预留该任务的名称"), HelpName = "NAME" };
        Option<int?> atOnce = AtOnceOption.Create();
        Option<bool> supervised = new("--supervised") { Description = Text.Of("End with a checkpoint when standard input ends", "标准输入结束时保存检查点并退出") };
        return new Command("worker", Text.Of("Work on one job of the queue (the server starts this by itself)", "处理队列中的一个任务（服务器会自动启动）")) { job, holder, atOnce, supervised, DataFolderOption.Create() }.Does(
            (parse, _, cancel) =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                if (parse.GetValue(supervised))
                    EndWithInput(stop);
                RunTerms terms = RunTerms.Queued(parse.GetValue(holder), parse.GetValue(atOnce) ?? new JobSettings().AtOnce);
                DataFolder data = DataFolderOption.Of(parse);
                FineTuningRun.Run(data, JobsOf.Data(data), parse.GetRequiredValue(job), terms, new FineTuningEvents(), stop.Token);
            });
    }

    // Whoever started this holds the other end of standard input, and the system closes it when that process ends, however it ends.
    static void EndWithInput(CancellationTokenSource stop) =>
        new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0) { }
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The work is done.
            }
        }) { IsBackground = true, Name = "supervisor" }.Start();
}
