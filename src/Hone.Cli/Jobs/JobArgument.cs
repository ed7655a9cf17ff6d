using System.CommandLine;

namespace Hone.Cli.Jobs;

/// <summary>The id of a job.</summary>
static class JobArgument
{
    public static Argument<string> Create() => new("JOB") { Description = Text.Of("The job's id (see hone jobs list)", "任务标识（见 hone jobs list）") };
}
