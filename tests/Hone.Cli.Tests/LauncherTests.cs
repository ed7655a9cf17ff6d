using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Hone.Cli.Tests.Repository;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests;

/// <summary><c>./hone</c> itself, which builds before it runs.</summary>
public sealed partial class LauncherTests : IDisposable
{
    static readonly string Launcher = Path.Combine(RepositoryFiles.Root, "hone");
    static readonly string Stamp = Path.Combine(RepositoryFiles.Root, "artifacts", "hone.stamp");
    readonly string _folder = Directory.CreateTempSubdirectory("hone launcher ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task Help_builds_nothing_again_and_takes_the_processor_moments()
    {
        SkipOnWindows();
        Run first = await Start(Launcher, "--version");
        first.ExitCode.ShouldBe(0, first.Error);
        DateTime built = File.GetLastWriteTimeUtc(Stamp);

        // Processor time, children included: the time on the clock is that of the other tests too.
        Run run = await Start("/bin/sh", "-c", "LC_ALL=C; \"$1\" --help >/dev/null; times", "sh", Launcher);

        run.ExitCode.ShouldBe(0, run.Error);
        File.GetLastWriteTimeUtc(Stamp).ShouldBe(built);
        // Ten times what it takes.
        MinutesAndSeconds().Matches(run.Output).Sum(time => 60 * Number(time, "minutes") + Number(time, "seconds")).ShouldBeInRange(0.001, 1.5);

        static double Number(Match time, string name) => double.Parse(time.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task A_link_in_another_folder_runs_with_the_same_arguments_and_exit_code()
    {
        SkipOnWindows();
        string link = Path.Combine(_folder, "linked hone");
        File.CreateSymbolicLink(link, Launcher);

        Run run = await Start(link, "--lang", "zh", "no such command");

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("no such command");
        run.Error.ShouldContain("用法见 'hone --help'");
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task Commands_in_its_messages_can_be_pasted()
    {
        SkipOnWindows();

        Run run = await Start(Launcher, "jobs", "show", "--lang", "en");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain($"See '{Launcher} jobs show --help'.");
    }

    [Fact(Explicit = true), Trait("Kind", "Slow")]
    public async Task Calls_at_the_same_time_build_once_and_all_answer()
    {
        SkipOnWindows();
        File.Delete(Stamp);

        Run[] calls = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Start(Launcher, "--version")));

        calls.ShouldAllBe(call => call.ExitCode == 0 && Version.IsMatch(call.Output), calls[0].Error);
    }

    static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("skipped: the launcher is a shell script");
    }

    async Task<Run> Start(string program, params string[] args)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, args)
            {
                WorkingDirectory = _folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        string[] texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, texts[0], texts[1]);
    }

    sealed record Run(int ExitCode, string Output, string Error);

    [GeneratedRegex(@"\b(?<minutes>\d+)m(?<seconds>[\d.]+)s")]
    private static partial Regex MinutesAndSeconds();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\n$")]
    static partial Regex Version { get; }
}
