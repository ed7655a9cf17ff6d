using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>A file of vectors as rows that stream: tables with a column of JSON lists, JSON Lines, JSON, and NumPy's arrays.</summary>
public sealed class VectorFile
{
    readonly Func<IEnumerable<VectorRow>> _read;

    VectorFile(string path, int dimensions, IReadOnlyList<string> columns, VectorModel? model, Func<IEnumerable<VectorRow>> read) =>
        (Path, Dimensions, Columns, Model, _read) = (path, dimensions, columns, model, read);

    public string Path { get; }

    /// <summary>The length of every vector.</summary>
    public int Dimensions { get; }

    /// <summary>How many there are, where the format says it; else 0.</summary>
    public int Rows { get; private init; }

    /// <summary>Where the vectors are; null where the format holds vectors alone.</summary>
    public string? Column { get; private init; }

    /// <summary>What stands beside the vectors; empty where the format holds vectors alone.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Whose vectors they are, all of one model; null where the file does not say it.</summary>
    public VectorModel? Model { get; }

    /// <summary>Opens a file of any format in which vectors are kept.</summary>
    /// <param name="column">Where the vectors are; null for the column that holds lists of numbers.</param>
    /// <exception cref="HoneException">There is no such file, or it holds no vectors.</exception>
    public static VectorFile Open(string path, string? column = null, SourceOptions? options = null) =>
        options?.Format is null && NpyVectors.IsNpy(path) ? OfArray(NpyVectors.Open(path), column) : Of(SourceFile.Open(path, options), column);

    /// <summary>Whether a file is an array of NumPy's.</summary>
    public static bool IsArray(string path) => NpyVectors.IsNpy(path);

    /// <summary>Whether a file that was opened for its rows has a column that looks like vectors.</summary>
    public static bool HasVectors(SourceFile source) => ColumnVectors.Lists(source).Length > 0;

    /// <summary>The vectors in a file that was opened for its rows.</summary>
    /// <inheritdoc cref="Open"/>
    public static VectorFile Of(SourceFile source, string? column = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ColumnVectors vectors = new(source, column);
        return new VectorFile(source.Path, vectors.Dimensions, vectors.Columns, vectors.Model, vectors.Read) { Column = vectors.Column };
    }

    /// <summary>The rows, each time from the first one.</summary>
    /// <exception cref="HoneException">A row holds no vector, or one of another length: the message says where and why.</exception>
    public IEnumerable<VectorRow> Read() => _read();

    static VectorFile OfArray(NpyVectors array, string? column) =>
        column is null
            ? new VectorFile(array.Path, array.Dimensions, [], array.Model, array.Read) { Rows = array.Rows }
            : throw new HoneException(Text.Of($"{array.Path} holds vectors alone, and no column {column}. Leave the column out.", $"{array.Path} 只含向量，没有列 {column}。请不要指定列。"));
}
