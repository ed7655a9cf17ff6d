namespace Hone.Data.Prepare;

/// <summary>The rows of a file with the columns that it has. The rows hold the two columns that count, whatever their case; the names say what the file calls them.</summary>
/// <param name="Rows">Read again and again, and seldom by their numbers: they may lie on disk.</param>
public sealed record Frame(IReadOnlyList<string> Columns, IReadOnlyList<FrameRow> Rows) : IDisposable
{
    public const string Prompt = "prompt";
    public const string Completion = "completion";

    DifferentCompletions? _different;

    /// <inheritdoc cref="Frame"/>
    public IReadOnlyList<FrameRow> Rows
    {
        get;
        init
        {
            field = value;
            _different = null;
        }
    } = Rows;

    /// <summary>Which completions there are.</summary>
    public DifferentCompletions Different => _different ??= DifferentCompletions.Of(this);

    /// <summary>The column that stands for a name: the one of that name, else the first that differs in case only; null when there is none.</summary>
    public static string? ColumnFor(string name, IReadOnlyList<string> columns) =>
        columns.FirstOrDefault(column => column == name) ?? columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Lets the rows go that were read from a file, and with them all frames that were made of this one.</summary>
    public void Dispose() => (Rows as IDisposable)?.Dispose();

    internal IEnumerable<string> Prompts => Rows.Select(row => row.Prompt);

    internal IEnumerable<string> Completions => Rows.Select(row => row.Completion);

    internal Frame WithPrompts(Func<string, string> change) => this with { Rows = RowView.Changed(Rows, row => row with { Prompt = change(row.Prompt) }) };

    internal Frame WithCompletions(Func<string, string> change) => this with { Rows = RowView.Changed(Rows, row => row with { Completion = change(row.Completion) }) };

    /// <param name="isKept">Is asked once for each row and its position, in their order.</param>
    internal Frame Where(Func<FrameRow, int, bool> isKept) => this with { Rows = RowView.Kept(Rows, isKept) };

    /// <summary>The positions of some rows, and their lines in the file.</summary>
    /// <param name="isMeant">Is asked once for each row and its position, in their order.</param>
    internal (IReadOnlyList<int> Rows, IReadOnlyList<int> Lines) Find(Func<FrameRow, int, bool> isMeant)
    {
        List<int> rows = [];
        List<int> lines = [];
        foreach ((int index, FrameRow row) in Rows.Index())
            if (isMeant(row, index))
            {
                rows.Add(index);
                lines.Add(row.Line);
            }
        return (rows, lines);
    }
}

/// <summary>An example: a prompt, what is to follow it, and the line of the file where it begins, from 1.</summary>
public sealed record FrameRow(int Line, string Prompt, string Completion);
