using System.CommandLine;

namespace Hone.Cli.Tests;

/// <summary>One run of the command line inside the test's process, and what it left behind.</summary>
sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static CliRun Of(params string[] args) => Of(Program.Commands, args);

    public static CliRun Of(IEnumerable<Func<Command>> commands, string[] args, string input = "", int terminalWidth = 0)
    {
        StringWriter output = new();
        StringWriter error = new();
        Invocation invocation = new()
        {
            Input = new StringReader(input),
            Output = output,
            Error = error,
            TerminalWidth = terminalWidth,
        };
        bool namesLanguage = args.Any(argument => argument.StartsWith("--lang", StringComparison.Ordinal));
        int exitCode = CommandLine.Run(namesLanguage ? args : ["--lang=en", .. args], commands, invocation);
        if (ReferenceEquals(commands, Program.Commands) && error.ToString().Contains("Unexpected error", StringComparison.Ordinal))
            throw new InvalidOperationException(error.ToString()); // A crash exits with 1 too, and must not pass for a refusal.
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
