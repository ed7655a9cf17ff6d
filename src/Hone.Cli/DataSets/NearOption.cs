using System.CommandLine;
using System.Globalization;
using Hone.Data.Splits;

namespace Hone.Cli.DataSets;

/// <summary><c>--near N</c>: from which similarity on two texts count as nearly the same.</summary>
static class NearOption
{
    /// <param name="allowsZero">Whether 0 stands for not looking at all.</param>
    public static Option<double> Create(string description, bool allowsZero)
    {
        string lowest = SplitSettings.LowestSimilarity.ToString(CultureInfo.InvariantCulture);
        string zero = allowsZero ? Text.Of(", or 0", "，或为 0") : "";
        return new Option<double>("--near") { Description = description, HelpName = "N", DefaultValueFactory = _ => SplitSettings.DefaultSimilarity }
            .WithoutComma()
            .Within(value => value is >= SplitSettings.LowestSimilarity and <= 1 || (allowsZero && value == 0), Text.Of($"--near must be from {lowest} to 1{zero}.", $"--near 须在 {lowest} 到 1 之间{zero}。"));
    }
}
