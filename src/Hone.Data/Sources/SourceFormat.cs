using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>A format that can be read, by the name it is called on the command line.</summary>
/// <param name="Extensions">In lower case with their point.</param>
/// <param name="Open">Finds out what the file holds and adds to the notes what the user should know about it.</param>
sealed record SourceFormat(string Name, string[] Extensions, Func<SourceBytes, SourceOptions, List<string>, SourceRows> Open)
{
    public static readonly SourceFormat[] All =
    [
        new("csv", [".csv"], CsvRows.Open) { MayHaveHeader = true },
        new("tsv", [".tsv", ".tab"], CsvRows.OpenTabs) { MayHaveHeader = true },
        new("xlsx", [".xlsx", ".xls", ".xlsm"], WorkbookRows.Open) { MayHaveHeader = true },
        new("json", [".json"], JsonRows.Open),
        new("jsonl", [".jsonl", ".ndjson"], JsonRows.OpenLines),
        new("yaml", [".yaml", ".yml"], YamlRows.Open),
        new("txt", [".txt", ".text", ".md"], TextRows.Open),
    ];

    /// <summary>Whether the first row of a file may name the columns.</summary>
    public bool MayHaveHeader { get; init; }

    /// <param name="extension">In lower case with its point.</param>
    public static SourceFormat? OfExtension(string extension) => All.FirstOrDefault(format => format.Extensions.Contains(extension));

    public static SourceFormat Named(string name) =>
        All.FirstOrDefault(format => format.Name == name)
        ?? throw new HoneException(Text.Of(
            $"There is no format {name}. Name one of {string.Join(", ", All.Select(format => format.Name))}.",
            $"没有名为 {name} 的格式。可用的有 {string.Join("、", All.Select(format => format.Name))}。"));
}
