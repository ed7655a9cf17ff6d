using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.DataSets;

/// <summary>What another program writes is no file: it is gone once it was read.</summary>
public sealed class PipeTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hone-pipe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train", "finetune", "PIPE", "--model", "hone-nano")]
    [InlineData("train.jsonl", "finetune", "PIPE", "--model", "hone-nano")]
    [InlineData("train", "eval", "hone-nano", "PIPE")]
    [InlineData("train.jsonl", "data", "check", "PIPE", "--no-tokens")]
    [InlineData("train.csv", "data", "convert", "PIPE")]
    public void A_pipe_is_refused_with_the_reason(string name, params string[] args)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes have no path there.");
        string pipe = Path.Combine(_folder, name);
        Process.Start("mkfifo", pipe).WaitForExit();
        // A pipe opens when both ends are there; the writer may be told that nobody reads.
        using Process writer = Process.Start(new ProcessStartInfo("sh", ["-c", "printf '{\"prompt\": \"a\", \"completion\": \" b\"}' > \"$0\" 2>/dev/null", pipe]) { RedirectStandardError = true })!;

        CliRun run = CliRun.Of([.. args.Select(argument => argument == "PIPE" ? pipe : argument), .. args[0] == "data" ? (string[])[] : ["--data", Path.Combine(_folder, "data")]]);
        writer.Kill();

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{pipe} is a pipe, which can be read only once, and a data set is read several times. Save it as a file first, and name that.");
    }
}
