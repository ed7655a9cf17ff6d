using System.Text.RegularExpressions;

namespace Hone.Engine.Adapters;

/// <summary>Which linear layers carry an adapter, by PEFT's rules: all of them, those of some names, or those whose whole name a pattern matches.</summary>
public sealed record LoraTargets
{
    /// <summary>Every linear layer but the head.</summary>
    public static LoraTargets All { get; } = new();

    /// <summary>Names, or ends of names after a dot; null when they do not decide.</summary>
    public IReadOnlyList<string>? Names { get; private init; }

    /// <summary>A regular expression; null when it does not decide.</summary>
    public string? Pattern { get; private init; }

    public static LoraTargets Of(IReadOnlyList<string> names) => new() { Names = names };

    public static LoraTargets Matching(string pattern) => new() { Pattern = pattern };

    public bool Select(string module) =>
        Names is { } names ? names.Any(name => module == name || module.EndsWith("." + name, StringComparison.Ordinal))
        : Pattern is { } pattern ? IsMatch(module, $@"\A(?:{pattern})\z", pattern)
        : true;

    /// <summary>The value of the first pattern of a <c>rank_pattern</c> or <c>alpha_pattern</c> that the module's name ends with.</summary>
    public static double ValueFor(string module, IReadOnlyList<KeyValuePair<string, double>> patterns, double otherwise)
    {
        foreach ((string pattern, double value) in patterns)
        {
            if (IsMatch(module, $@"\A(?:.*\.)?(?:{pattern})\z", pattern))
                return value;
        }
        return otherwise;
    }

    static bool IsMatch(string module, string expression, string pattern)
    {
        try
        {
            return Regex.IsMatch(module, expression, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            throw new HoneException(Text.Of($"The pattern \"{pattern}\" for module names cannot be used: {error.Message}", $"模块名称的模式“{pattern}”无法使用：{error.Message}"), error);
        }
    }
}
