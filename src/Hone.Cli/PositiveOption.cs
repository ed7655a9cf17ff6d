using System.CommandLine;

namespace Hone.Cli;

/// <summary>A count: a whole number from 1 on.</summary>
static class PositiveOption
{
    /// <summary>Beyond all that a machine can do, and far enough from the largest integer to be computed with.</summary>
    const int Most = 1 << 28;

    public static Option<int> Create(string name, string description, int value, int most = Most) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" }.Within(count => count >= 1 && count <= most, Range(name, most));

    /// <summary>A count that need not be given.</summary>
    public static Option<int?> CreateOptional(string name, string description, int most = Most) =>
        new Option<int?>(name) { Description = description, HelpName = "N" }.Within(count => count is null || (count >= 1 && count <= most), Range(name, most));

    static string Range(string name, int most) => Text.Of($"{name} must be from 1 to {most:N0}.", $"{name} 须在 1 到 {most:N0} 之间。");
}
