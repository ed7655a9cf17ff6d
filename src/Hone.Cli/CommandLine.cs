using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Data.Formats;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Cli;

/// <summary>Parses the arguments, runs the command they name and turns its outcome into an exit code.</summary>
static class CommandLine
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    public static int Run(string[] args, IEnumerable<Func<Command>> commands, Invocation invocation)
    {
        Language.Choose(args);
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

        ParseResult parse = CreateRoot(commands).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        int exitCode = parse.Action is ParseErrorAction ? ReportMisuse(parse, invocation) : Invoke(parse, invocation);
        try
        {
            invocation.Error.Flush();
        }
        catch (IOException)
        {
            // Nobody reads standard error any more, or the disk that takes it is full: the exit code says what it has to.
        }
        return exitCode;
    }

    /// <summary>The root with its commands, in the language in use.</summary>
    public static Command CreateRoot(IEnumerable<Func<Command>> commands)
    {
        Command root = new("hone", Text.Of("Fine-tunes and runs open-weights language models on your own machine.", "在自己的机器上微调和运行开放权重的语言模型。"))
        {
            new HelpOption { Description = Text.Of("Show help and usage information", "显示帮助和用法"), Recursive = true, Action = new HelpScreen() },
            new VersionOption { Description = Text.Of("Show the version", "显示版本") },
            Language.CreateOption(),
            JsonOption.Create(),
        };
        root.SetAction(parse => root.Parse(["--help"]).Invoke(parse.InvocationConfiguration));
        foreach (Func<Command> create in commands)
            root.Add(create());
        return root;
    }

    static int Invoke(ParseResult parse, Invocation invocation)
    {
        invocation.EnableDefaultExceptionHandler = false;
        invocation.ProcessTerminationTimeout = null; // Interrupt.cs handles Ctrl-C.
        try
        {
            int exitCode = parse.Invoke(invocation);
            invocation.Output.Flush();
            return exitCode;
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable("HONE_TRACE") == "1")
        {
            return Report(failure.ToString(), Failed, parse, invocation);
        }
        catch (HoneException problem)
        {
            return Report(problem.Message, Failed, parse, invocation, problem.Code);
        }
        catch (ApiError problem)
        {
            return Report(problem.Message, Failed, parse, invocation, problem.Code);
        }
        catch (OperationCanceledException)
        {
            return Report(Text.Of("Stopped.", "已停止。"), Failed, parse, invocation);
        }
        catch (DecoderFallbackException failure)
        {
            // Files are named where they are read.
            return Report(Utf8Text.NoText(Text.Of("Standard input", "标准输入"), failure).Message, Failed, parse, invocation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DatabaseFullException)
        {
            return Report(failure.Message, Failed, parse, invocation);
        }
        catch (Exception failure)
        {
            string summary = $"{failure.GetType().Name}: {failure.Message}";
            return Report(
                Text.Of(
                    $"Unexpected error: {summary} Run again with HONE_TRACE=1 for the details and report them, please.",
                    $"意外错误：{summary} 请设置 HONE_TRACE=1 重新运行以查看详情并反馈。"
                ),
                Failed,
                parse,
                invocation
            );
        }
    }

    /// <summary>The message for people on standard error; with <c>--json</c> also for programs, which read standard output.</summary>
    /// <param name="code">A word for programs that treat the problem in their own way.</param>
    static int Report(string message, int exitCode, ParseResult parse, Invocation invocation, string? code = null)
    {
        invocation.Error.WriteLine(ProgramName.InText(Output.Harmless(message), invocation.Program));
        try
        {
            new Output(invocation.Output, TextReader.Null, JsonOption.IsGiven(parse.CommandResult), terminalWidth: 0)
                .Json(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["code"] = code, ["exit_code"] = exitCode } });
        }
        catch (IOException)
        {
            // Nobody reads standard output any more, which may be why the command failed.
        }

        return exitCode;
    }

    static int ReportMisuse(ParseResult parse, Invocation invocation)
    {
        string path = string.Join(' ', parse.CommandResult.Command.AncestorsAndSelf().Select(command => command.Name));
        return Report(ParserMessages.Of(parse) + Text.Of($" See '{path} --help'.", $"用法见 '{path} --help'。"), Misused, parse, invocation);
    }

    /// <summary>The command and those above it, the root first.</summary>
    static IEnumerable<Command> AncestorsAndSelf(this Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? parent.AncestorsAndSelf().Append(command) : [command];
}
