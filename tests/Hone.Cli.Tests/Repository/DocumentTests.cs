using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Hone.Cli.Tests.Repository;

public sealed partial class DocumentTests
{
    static IEnumerable<string> Documents => RepositoryFiles.Texts().Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        string[] broken =
        [
            .. Documents.SelectMany(document =>
                RelativeLink()
                    .Matches(RepositoryFiles.Read(document))
                    .Select(match => match.Groups["target"].Value)
                    .Where(target => !Path.Exists(Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(document)!, target)))
                    .Select(target => $"{document}: {target}")
            ),
        ];

        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Every_hone_command_in_the_documents_is_one_that_the_command_line_takes()
    {
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture; // As the program reads them.
        string[] refused =
        [
            .. Documents.SelectMany(document =>
                Commands(document)
                    .Select(command => (command, CommandLine.CreateRoot(Program.Commands).Parse(command).Errors))
                    .Where(parsed => parsed.Errors.Count > 0)
                    .Select(parsed => $"{document}: hone {parsed.command}: {parsed.Errors[0].Message}")
            ),
        ];

        refused.ShouldBeEmpty();
    }

    [Fact]
    public void English_and_Chinese_documents_show_the_same_sections_commands_and_tables()
    {
        foreach ((string english, string chinese) in Pairs())
        {
            Headings(chinese).ShouldBe(Headings(english), chinese);
            Commands(chinese).ShouldBe(Commands(english), chinese);
            TableRow().Count(RepositoryFiles.Read(chinese)).ShouldBe(TableRow().Count(RepositoryFiles.Read(english)), chinese);
        }
    }

    static IEnumerable<(string English, string Chinese)> Pairs() =>
        Documents
            .Where(path => path == "README.md" || path.StartsWith("docs/guide/en/", StringComparison.Ordinal))
            .Select(path => (path, path == "README.md" ? "README.zh-CN.md" : path.Replace("/en/", "/zh/", StringComparison.Ordinal)));

    /// <summary>How deep each heading is: the outline without its words.</summary>
    static int[] Headings(string path) => [.. Heading().Matches(RepositoryFiles.Read(path)).Select(match => match.Groups["level"].Length)];

    /// <summary>What follows <c>./hone</c> or <c>hone</c> on the lines of a document that start with it, without comments.</summary>
    static string[] Commands(string path) => [.. CommandInDocument().Matches(RepositoryFiles.Read(path)).Select(match => match.Groups["arguments"].Value.Trim())];

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"^(?<level>#+) ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^(\$ )?(\./)?hone(?![\w-])(?<arguments>( (""[^""]*""|[^#\n|>""])*)?)", RegexOptions.Multiline)]
    private static partial Regex CommandInDocument();
}
