using System.CommandLine;
using System.Text.RegularExpressions;

namespace Hone.Cli;

/// <summary>What the parser has against a command line, in one sentence of the language in use: its own messages are in English alone and name types of .NET.</summary>
static partial class ParserMessages
{
    /// <summary>Words that differ in no more letters than this are taken for one another.</summary>
    const int MostTypos = 2;

    /// <summary>The messages of the parser, with what to say in their place; <c>$1</c> and so on are what they are about.</summary>
    static readonly (Regex Message, string Chinese)[] Known =
    [
        (MissingArgument(), "命令 '$2' 缺少参数 $1"),
        (TooManyValues(), "选项 '$1' 只能有一个值，这里给出了 $2 个"),
        (MissingValue(), "选项 '$1' 缺少值"),
        (MissingCommand(), "请给出要执行的子命令"),
        (MissingOption(), "必须给出选项 '$1'"),
        (OtherValue(), "'$1' 不是可用的值，可用的有：$2"),
        (Unknown(), "没有名为 '$1' 的命令、选项或参数"),
        (Alone(), "选项 $1 不能与其他参数一起使用"),
    ];

    public static string Of(ParseResult parse)
    {
        string[] messages = [.. parse.Errors.Select(error => OneLine(error.Message))];
        // A value that is none says more than what became of the words behind it, and a word that is no command more than that one is missing.
        string message = messages.FirstOrDefault(Unparsed().IsMatch) ?? messages.FirstOrDefault(message => !MissingCommand().IsMatch(message), messages[0]);
        string sentence = (BeyondBounds(message, parse.CommandResult.Command) ?? Translated(message)).TrimEnd('.', '。') + Text.Of(".", "。");
        string? meant = Unknown().Match(message) is { Success: true } unknown ? Nearest(unknown.Groups[1].Value, parse.CommandResult.Command) : null;
        return meant is null ? sentence : sentence + Text.Of($" Did you mean {meant}?", $"是否想写 {meant}？");
    }

    /// <summary>What to say of a whole number that is too large for its type; null for any other word.</summary>
    static string? BeyondBounds(string message, Command command)
    {
        if (Unparsed().Match(message) is not { Success: true } unparsed || !WholeNumber().IsMatch(unparsed.Groups["value"].Value))
            return null;
        string name = unparsed.Groups["option"].Value;
        (string? least, string? most) = unparsed.Groups["type"].Value switch
        {
            "Int32" => ($"{int.MinValue:N0}", $"{int.MaxValue:N0}"),
            "Int64" => ($"{long.MinValue:N0}", $"{long.MaxValue:N0}"),
            "UInt64" => ("0", $"{ulong.MaxValue:N0}"),
            _ => (null, null),
        };
        return least is null ? null
            : command.Options.FirstOrDefault(option => option.Name == name) is { } option && Checks.RuleOf(option) is { } rule ? rule
            : Text.Of($"{name} must be from {least} to {most}.", $"{name} 须在 {least} 到 {most} 之间。");
    }

    static string Translated(string message)
    {
        if (Unparsed().Match(message) is { Success: true } unparsed)
        {
            string expected = unparsed.Groups["type"].Value switch
            {
                "UInt64" => Text.Of("a whole number from 0 on", "非负整数"),
                "Int32" or "Int64" => Text.Of("a whole number", "整数"),
                _ => Text.Of("a number", "数字"),
            };
            return Text.Of($"{unparsed.Groups["start"].Value} as {expected}", $"选项 '{unparsed.Groups["option"].Value}' 的值 '{unparsed.Groups["value"].Value}' 不是{expected}");
        }
        if (!Text.IsChinese)
            return message;
        (Regex? known, string chinese) = Known.FirstOrDefault(one => one.Message.IsMatch(message));
        return known is null ? message : known.Replace(message, chinese);
    }

    /// <summary>The command or option that may be meant: the only one that begins so, or the one with the fewest other letters.</summary>
    static string? Nearest(string word, Command command)
    {
        string[] names = [.. word.StartsWith('-')
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive))).Select(option => option.Name)
            : command.Subcommands.Select(child => child.Name)];
        if (names.Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToArray() is [var only])
            return only;
        (int typos, string? nearest) = names.Select(name => (Typos(word, name), (string?)name)).DefaultIfEmpty((int.MaxValue, null)).MinBy(pair => pair.Item1);
        return typos <= Math.Min(MostTypos, (word.Length - 1) / 2) ? nearest : null;
    }

    /// <summary>Levenshtein's distance: how many letters are added, left out or replaced.</summary>
    static int Typos(string word, string name)
    {
        int[] row = [.. Enumerable.Range(0, name.Length + 1)];
        for (int i = 0; i < word.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < name.Length; j++)
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, diagonal + (word[i] == name[j] ? 0 : 1)));
        }
        return row[^1];
    }

    static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^(?<start>Cannot parse argument '(?<value>.*)' for option '(?<option>[^']*)') as expected type '[^']*System\.(?<type>\w+)\]?'")]
    private static partial Regex Unparsed();

    [GeneratedRegex(@"^[+-]?[0-9]+$")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^Required argument '(.*)' missing for command: '(.*)'\.$")]
    private static partial Regex MissingArgument();

    [GeneratedRegex(@"^Option '(.*)' expects a single argument but (\d+) were provided\.$")]
    private static partial Regex TooManyValues();

    [GeneratedRegex(@"^Required argument missing for option: '(.*)'\.$")]
    private static partial Regex MissingValue();

    [GeneratedRegex(@"^Required command was not provided\.$")]
    private static partial Regex MissingCommand();

    [GeneratedRegex(@"^Option '(.*)' is required\.$")]
    private static partial Regex MissingOption();

    [GeneratedRegex(@"^Argument '(.*)' not recognized\. Must be one of: ?(.*)$")]
    private static partial Regex OtherValue();

    [GeneratedRegex(@"^Unrecognized command or argument '(.*)'\.$")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^(\S+) option cannot be combined with other arguments\.$")]
    private static partial Regex Alone();
}
