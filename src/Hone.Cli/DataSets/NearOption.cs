using System.CommandLine;
using System.Globalization;
using Hone.Data.Splits;

namespace Hone.Cli.DataSets;

/// <summary><c>--near N</c>: from which similarity on two texts count as nearly the same.</summary>
static class NearOption
{
    const string Name = "--near";
    static readonly string Lowest = SplitSettings.LowestSimilarity.ToString(CultureInfo.InvariantCulture);

    /// <summary>Always in force; 0 stands for not looking at all.</summary>
    public static Option<double> Create(string description) =>
        new Option<double>(Name) { Description = description + Bounds(Text.Of(" or 0", "，或为 0")), HelpName = "N", DefaultValueFactory = _ => SplitSettings.DefaultSimilarity }
            .WithoutComma()
            .Within(value => value == 0 || IsAllowed(value), Range(Text.Of(", or 0", "，或为 0")));

    /// <summary>In force where it is given, with or without a number.</summary>
    public static Option<double?> CreateOptional(string description) =>
        new Option<double?>(Name) { Description = $"{description}{Bounds("")}{Text.Of(" (default: ", "（默认：")}{SplitSettings.DefaultSimilarity.ToString(CultureInfo.InvariantCulture)}{Text.Of(")", "）")}", HelpName = "N", Arity = ArgumentArity.ZeroOrOne }
            .WithoutComma()
            .Within(value => value is not { } given || IsAllowed(given), Range(""));

    /// <summary>The similarity; null where the option is not given.</summary>
    public static double? Of(ParseResult parse, Option<double?> option) => parse.CommandResult.IsGiven(option) ? parse.GetValue(option) ?? SplitSettings.DefaultSimilarity : null;

    static bool IsAllowed(double value) => value is >= SplitSettings.LowestSimilarity and <= 1;

    static string Bounds(string zero) => Text.Of($"; from {Lowest} to 1{zero}", $"；{Lowest} 到 1{zero}");

    static string Range(string zero) => Text.Of($"{Name} must be from {Lowest} to 1{zero}.", $"{Name} 须在 {Lowest} 到 1 之间{zero}。");
}
