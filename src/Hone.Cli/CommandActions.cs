using System.CommandLine;

namespace Hone.Cli;

/// <summary>What a command does when it runs: with its arguments, its output and, where it takes long, a token that Ctrl-C cancels.</summary>
static class CommandActions
{
    public static Command Does(this Command command, Action<ParseResult, Output> action)
    {
        command.SetAction(parse => action(parse, Output.Of(parse)));
        return command;
    }

    /// <summary>For work that can be stopped: the first Ctrl-C cancels the token, the second one ends the process.</summary>
    public static Command Does(this Command command, Action<ParseResult, Output, CancellationToken> action)
    {
        command.SetAction(parse =>
        {
            using Interrupt interrupt = new(parse.InvocationConfiguration.Error, () => ((Invocation)parse.InvocationConfiguration).AfterQuitting);
            action(parse, Output.Of(parse), interrupt.Token);
        });
        return command;
    }
}
