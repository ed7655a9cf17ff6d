using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hone.Cli;

/// <summary>What <c>--help</c> shows: the parser's own help, whose frame is in English alone, in the language in use.</summary>
sealed class HelpScreen : SynchronousCommandLineAction
{
    /// <summary>What the frame says. Words of the first column are as wide in both languages, so that the second one stays a column.</summary>
    static readonly (string English, string Chinese)[] Frame =
    [
        ("Description:\n", "说明：\n"),
        ("\nUsage:\n", "\n用法：\n"),
        ("\nArguments:\n", "\n参数：\n"),
        ("\nOptions:\n", "\n选项：\n"),
        ("\nCommands:\n", "\n命令：\n"),
        (" [command]", " [命令]"),
        (" [options]", " [选项]"),
        (" (REQUIRED)", "（必填）   "),
        (" [default: ", " [默认："),
    ];

    readonly HelpAction _english = new();

    public override bool Terminating => true;

    public override int Invoke(ParseResult parseResult)
    {
        InvocationConfiguration streams = parseResult.InvocationConfiguration;
        TextWriter output = streams.Output;
        StringWriter english = new();
        streams.Output = english;
        int exitCode = _english.Invoke(parseResult);
        streams.Output = output;

        string help = english.ToString().ReplaceLineEndings("\n");
        foreach ((string word, string chinese) in Frame)
            help = help.Replace(word, Text.Of(word, chinese), StringComparison.Ordinal);
        output.Write(help);
        return exitCode;
    }
}
