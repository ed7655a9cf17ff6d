using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Repository;

public sealed partial class SourceTests
{
    [Fact]
    public void No_file_names_a_place_of_one_machine_or_one_registry()
    {
        string[] found =
        [
            .. RepositoryFiles.Texts().Where(path => !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal)).SelectMany(path => Lines(path, PlaceOfOneMachine())),
        ];

        found.ShouldBeEmpty();
    }

    [Fact]
    public void Sources_hold_no_pragma_region_or_open_task()
    {
        string[] found =
        [
            .. RepositoryFiles
                .Texts()
                .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
                .SelectMany(path => Lines(path, UnwantedInSources())),
        ];

        found.ShouldBeEmpty();
    }

    [Fact]
    public void Explicit_tests_carry_the_trait_slow_so_that_the_release_check_runs_them()
    {
        string[] found =
        [
            .. RepositoryFiles
                .Texts()
                .Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith("Tests.cs", StringComparison.Ordinal) && !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
                .Where(path => Regex.Count(RepositoryFiles.Read(path), @"Explicit = true") != Regex.Count(RepositoryFiles.Read(path), @"Trait\(""Kind"", ""Slow""\)")),
        ];

        found.ShouldBeEmpty();
    }

    [Fact]
    public void Messages_about_data_models_and_commands_are_written_in_both_languages()
    {
        string[] found =
        [
            .. RepositoryFiles
                .Texts()
                .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("src/Hone.Engine/", StringComparison.Ordinal))
                .Where(path => MessageInOneLanguage().IsMatch(RepositoryFiles.Read(path))),
        ];

        found.ShouldBeEmpty();
    }

    static IEnumerable<string> Lines(string path, Regex pattern) =>
        RepositoryFiles.Read(path).Split('\n').Select((line, index) => (line, index)).Where(item => pattern.IsMatch(item.line)).Select(item => $"{path}:{item.index + 1}: {item.line.Trim()}");

    [GeneratedRegex(@"(?<![\w.])/(work|home|root|Users|tmp)/|[A-Z]:\\Users|registry\.npm|api\.nuget|""resolved""\s*:")]
    private static partial Regex PlaceOfOneMachine();

    [GeneratedRegex(@"HoneException\(\s*(\$?""[^""]*[A-Za-z]{3,} |string\.Create|FormattableString)")]
    private static partial Regex MessageInOneLanguage();

    [GeneratedRegex(@"^\s*#(pragma|region)|//\s*(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex UnwantedInSources();
}
