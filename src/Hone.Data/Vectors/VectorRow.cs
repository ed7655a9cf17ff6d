using System.Text.Json;
using Hone.Data.Mapping;

namespace Hone.Data.Vectors;

/// <summary>A vector with what stands beside it in its file.</summary>
/// <param name="Line">Where the row begins: a line of the file, the row of a sheet or of an array; from 1.</param>
/// <param name="Vector">As many finite numbers as every other row has.</param>
/// <param name="Fields">The other columns or members as an object; one without members where the format holds vectors alone.</param>
public sealed record VectorRow(int Line, float[] Vector, JsonElement Fields)
{
    /// <summary>Which row of its file it is, from 1; 0 where it comes from no file. Rows of JSON may share a line.</summary>
    public int Number { get; init; }

    /// <summary>A column as text; empty where the row has none of that name.</summary>
    public string Text(string column) => Cells.Text(Fields, column);
}
