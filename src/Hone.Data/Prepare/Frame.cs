namespace Hone.Data.Prepare;

/// <summary>The rows of a file with the columns that it has. The rows hold the two columns that count, whatever their case; the names say what the file calls them.</summary>
public sealed record Frame(IReadOnlyList<string> Columns, IReadOnlyList<FrameRow> Rows)
{
    public const string Prompt = "prompt";
    public const string Completion = "completion";

    /// <summary>The column that stands for a name: the one of that name, else the first that differs in case only; null when there is none.</summary>
    public static string? ColumnFor(string name, IReadOnlyList<string> columns) =>
        columns.FirstOrDefault(column => column == name) ?? columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal IEnumerable<string> Prompts => Rows.Select(row => row.Prompt);

    internal IEnumerable<string> Completions => Rows.Select(row => row.Completion);

    internal Frame WithPrompts(Func<string, string> change) => this with { Rows = [.. Rows.Select(row => row with { Prompt = change(row.Prompt) })] };

    internal Frame WithCompletions(Func<string, string> change) => this with { Rows = [.. Rows.Select(row => row with { Completion = change(row.Completion) })] };

    internal Frame Where(Func<FrameRow, bool> isKept) => this with { Rows = [.. Rows.Where(isKept)] };
}

/// <summary>An example: a prompt, what is to follow it, and the line of the file where it begins, from 1.</summary>
public sealed record FrameRow(int Line, string Prompt, string Completion);
