using System.Text.RegularExpressions;
using Hone.Data.Quality;

namespace Hone.Cli;

/// <summary>How the user calls this program, so that the commands in what it says can be pasted: in a clone its launcher is not on the path.</summary>
static partial class ProgramName
{
    public const string Usual = "hone";

    /// <summary>Set by the launchers <c>hone</c> and <c>hone.cmd</c>.</summary>
    const string Variable = "HONE_PROGRAM";

    public static string OfProcess => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? ShellWord.Of(name) : Usual;

    /// <summary>The text with its commands as the user calls them.</summary>
    public static string InText(string text, string program) => program == Usual ? text : Commands.Replace(text, program.Replace("$", "$$", StringComparison.Ordinal));

    /// <summary>The usual name where a command or option of it follows; not as a part of a path or of another word.</summary>
    [GeneratedRegex(@"(?<![\w./\\:+-])hone(?= (?:bench|chat|classify|cluster|complete|data|dedupe|demo|diversity|embed|eval|files|finetune|jobs|keys|models|outliers|pretrain|recommend|search|serve|tokenizer|vectors|worker|--help)(?![\w-]))")]
    static partial Regex Commands { get; }
}
