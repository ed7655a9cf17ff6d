using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>Is told of a row that cannot be read, with its line, or 0 for all that is left: true to go on without it, false to end there with the problem.</summary>
delegate bool PassOver(int line, HoneException problem);

/// <summary>What a format found in a file: the columns of its rows, the sheets or lists it could read instead, and the rows, streamed anew each time.</summary>
sealed record SourceRows(IReadOnlyList<string> Columns, Func<PassOver, IEnumerable<JsonLine>> Read)
{
    const int Sampled = 100;

    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>Whether the file is JSON Lines in UTF-8 as it stands.</summary>
    public bool IsJsonLines { get; init; }

    /// <summary>Rows that are objects each with its own members: the columns are those of the first hundred.</summary>
    public static SourceRows OfObjects(Func<PassOver, IEnumerable<JsonLine>> read, SourceOptions options) =>
        new(TableWriter.ColumnsOf(read(options.PassOver).Take(Sampled)), read);
}
