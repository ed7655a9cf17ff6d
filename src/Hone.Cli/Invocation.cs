using System.CommandLine;
using System.Text;
using Hone.Data.Formats;

namespace Hone.Cli;

/// <summary>The streams of one run of the command line, and whether a person watches them.</summary>
sealed class Invocation : InvocationConfiguration
{
    /// <summary>Standard input, as strict as a file where it is one; opened when it is asked for, because that sets up the terminal.</summary>
    public TextReader Input
    {
        get => field ??= Console.IsInputRedirected ? Utf8Text.Open(Console.OpenStandardInput()) : Console.In;
        init;
    }

    /// <summary>The width of the terminal that shows standard output, where a line can be redrawn; else 0.</summary>
    public int TerminalWidth { get; init; }

    /// <summary>How its user calls the program: <c>hone</c>, or what the launcher of a clone was called by.</summary>
    public string Program { get; init; } = ProgramName.Usual;

    /// <summary>What to do after the second Ctrl-C, which leaves nobody who could say it; null where there is nothing to do.</summary>
    public string? AfterQuitting { get; set; }

    /// <summary>The streams of this process.</summary>
    public static Invocation OfProcess() =>
        new()
        {
            Output = Writer(Console.OpenStandardOutput()),
            Error = Writer(Console.OpenStandardError()),
            TerminalWidth = Console.IsOutputRedirected ? 0 : Console.WindowWidth,
            Program = ProgramName.OfProcess,
        };

    static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = false };
}
