using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Quality;

namespace Hone.Data.Mapping;

/// <summary>A row of a file with all its columns, and the training line that it becomes.</summary>
/// <param name="Source">As it was read.</param>
/// <param name="Training">The training line; null where nothing says what the columns mean.</param>
/// <param name="Value">What is written.</param>
public readonly record struct MappedRow(JsonLine Source, JsonLine? Training, JsonElement Value)
{
    /// <summary>The training line as texts; where there is none, all columns are the prompt.</summary>
    internal Sample ToSample() =>
        Training is { } line ? Sample.Of(line) : new Sample(Source.Line, "", string.Join('\n', Source.Value.EnumerateObject().Select(member => Cells.Text(member.Value))), "", Source.Value);
}
