using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hone.Cli;

/// <summary><c>--json</c>: every command then prints one JSON object per line and nothing else; the last one is a summary, or the <c>error</c> that it failed with.</summary>
static class JsonOption
{
    const string Name = "--json";

    public static Option<bool> Create() =>
        new(Name) { Description = Text.Of("Print one JSON object per line", "每行输出一个 JSON 对象"), Recursive = true };

    public static bool IsGiven(SymbolResult result) => result.GetResult(Name) is OptionResult { Implicit: false };

    public static bool Of(ParseResult parse) => parse.GetValue<bool>(Name);
}
