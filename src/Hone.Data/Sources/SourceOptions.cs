namespace Hone.Data.Sources;

/// <summary>How a file is to be read where it does not say so itself. What is null is detected.</summary>
public sealed record SourceOptions
{
    /// <summary>A name of <see cref="SourceFile.FormatNames"/>.</summary>
    public string? Format { get; init; }

    /// <summary>A name such as <c>utf-8</c>, <c>gb18030</c>, <c>big5</c> or <c>windows-1252</c>.</summary>
    public string? Encoding { get; init; }

    /// <summary>The sheet of a workbook, or the list of a JSON or YAML file that has several.</summary>
    public string? Sheet { get; init; }

    /// <summary>Whether the first row of a table names its columns.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>What stands between the cells of a CSV file: one character, full-width ones included.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether rows that cannot be read are left out, and all that comes behind one whose end is not clear.</summary>
    public bool LeavesOutBadRows { get; init; }

    internal PassOver PassOver => (_, _) => LeavesOutBadRows;
}
