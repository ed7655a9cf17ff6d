using System.CommandLine;

namespace Hone.Cli;

/// <summary>The language of help and messages: <c>--lang</c>, else <c>HONE_LANG</c>, else the system's culture.</summary>
static class Language
{
    const string Name = "--lang";

    public static Option<string> CreateOption()
    {
        Option<string> option = new(Name)
        {
            Description = Text.Of("Language of help and messages", "帮助和消息的语言"),
            HelpName = "en|zh",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("en", "zh");
        return option;
    }

    /// <summary>Sets the language before anything is parsed, because help texts are made with the commands.</summary>
    public static void Choose(string[] args)
    {
        string? language = OfArguments(args) ?? Environment.GetEnvironmentVariable("HONE_LANG");
        if (!string.IsNullOrEmpty(language))
            Text.IsChinese = language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
    }

    static string? OfArguments(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
                return null;
            if (args[i] == Name && i + 1 < args.Length)
                return args[i + 1];
            if (args[i].StartsWith(Name + "=", StringComparison.Ordinal) || args[i].StartsWith(Name + ":", StringComparison.Ordinal))
                return args[i][(Name.Length + 1)..];
        }

        return null;
    }
}
