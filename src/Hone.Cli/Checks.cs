using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;

namespace Hone.Cli;

/// <summary>What the parser checks besides the types of values. An option that breaks a rule is a misuse.</summary>
static class Checks
{
    static readonly ConditionalWeakTable<Option, string> Rules = [];

    /// <summary>What an option says of values that it refuses; null for one that takes all of its type.</summary>
    public static string? RuleOf(Option option) => Rules.TryGetValue(option, out string? rule) ? rule : null;

    /// <summary>Refuses a value with a message, which calls the option as it was given: <c>-k</c> or <c>--count</c>. A word that is no value at all is left to the parser to report.</summary>
    public static Option<T> Within<T>(this Option<T> option, Func<T, bool> isAllowed, string otherwise)
    {
        Rules.AddOrUpdate(option, otherwise);
        option.Validators.Add(result =>
        {
            try
            {
                if (!isAllowed(result.GetValueOrDefault<T>()!))
                    result.AddError(result.IdentifierToken is { } given && otherwise.StartsWith(option.Name + " ", StringComparison.Ordinal) ? given.Value + otherwise[option.Name.Length..] : otherwise);
            }
            catch (InvalidOperationException)
            {
                // There is no value to check.
            }
        });
        return option;
    }

    /// <summary>Refuses an empty text, which is no path and no name.</summary>
    public static Option<string> NotEmpty(this Option<string> option) => option.Within(text => text is not "", MustNotBeEmpty(option.Name));

    /// <inheritdoc cref="NotEmpty(Option{string})"/>
    public static Argument<string> NotEmpty(this Argument<string> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError(MustNotBeEmpty(argument.Name));
        });
        return argument;
    }

    /// <summary>Refuses a dash, by which other programs mean standard output: that is where these commands say what they did.</summary>
    public static Option<T> ToFile<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "-" }])
                result.AddError(Text.Of(
                    $"{option.Name} - is no file: messages go to standard output, so the data cannot. Name a file; ./- is one that is called so.",
                    $"{option.Name} - 不是文件：标准输出用于显示消息，不能写数据。请指定文件；名为 - 的文件写作 ./-。"));
        });
        return option;
    }

    /// <summary>Reads one of an enumeration's names, in any case; other words and numbers are refused with the names.</summary>
    public static Option<T> ByName<T>(this Option<T> option)
        where T : struct, Enum
    {
        option.CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            foreach (T value in Enum.GetValues<T>())
            {
                if (value.ToString().Equals(given, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
            string names = string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();
            result.AddError(Text.Of($"{option.Name} {given} is none of: {names}.", $"{option.Name} {given} 不在可用的值之中：{names}。"));
            return default;
        };
        return option;
    }

    /// <summary>Refuses a comma in a number: the parser takes it for one between thousands and reads 0,7 as 7.</summary>
    public static Option<T> WithoutComma<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.Contains(',', StringComparison.Ordinal)) is { } token)
                result.AddError(Text.Of($"{option.Name} {token.Value}: write a decimal point in place of the comma.", $"{option.Name} {token.Value}：请用小数点代替逗号。"));
        });
        return option;
    }

    /// <summary>Refuses the values that a check of what they make together refuses. A word that is no value is left to the parser to report.</summary>
    public static void AddProblemOf(this CommandResult given, Action check)
    {
        try
        {
            check();
        }
        catch (HoneException problem)
        {
            given.AddError(problem.Message);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // There is no value to check.
        }
    }

    static string MustNotBeEmpty(string name) => Text.Of($"{name} must not be empty.", $"{name} 不能为空。");

    /// <summary>Whether the user wrote the option, whatever its value.</summary>
    public static bool IsGiven(this SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
