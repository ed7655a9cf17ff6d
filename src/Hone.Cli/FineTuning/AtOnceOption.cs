using System.CommandLine;
using Hone.Server.Jobs;

namespace Hone.Cli.FineTuning;

/// <summary><c>--at-once N</c>: how many jobs may run at the same time.</summary>
static class AtOnceOption
{
    public static Option<int?> Create() =>
        new Option<int?>("--at-once") { Description = Text.Of("Fine-tuning jobs that run at the same time (1)", "同时运行的微调任务数（1）"), HelpName = "N" }.Within(
            count => count is null or (>= 1 and <= JobSettings.MostAtOnce),
            Text.Of($"--at-once must be 1 to {JobSettings.MostAtOnce}.", $"--at-once 必须是 1 到 {JobSettings.MostAtOnce}。"));
}
