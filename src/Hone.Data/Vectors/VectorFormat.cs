using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Vectors;

/// <summary>A format in which vectors are written, by the ending of a file's name.</summary>
sealed record VectorFormat(string Extension, Func<string, IReadOnlyList<string>, int, VectorModel?, VectorWriter> Create)
{
    public static readonly VectorFormat[] All =
    [
        new(".csv", (path, columns, _, model) => new RowVectorWriter(new TableWriter(path, ',', WithVector(columns, model)), model)),
        new(".tsv", (path, columns, _, model) => new RowVectorWriter(new TableWriter(path, '\t', WithVector(columns, model)), model)),
        new(".jsonl", (path, _, _, model) => new RowVectorWriter(new JsonLinesWriter(path), model)),
        new(".json", (path, _, _, model) => new RowVectorWriter(new JsonListWriter(path), model)),
        new(".npy", (path, _, dimensions, model) => new NpyVectorWriter(path, dimensions, model)),
    ];

    public static VectorFormat Of(string path) =>
        All.FirstOrDefault(format => path.EndsWith(format.Extension, StringComparison.OrdinalIgnoreCase))
        ?? throw new HoneException(Text.Of(
            $"{path}: vectors are written to files whose names end with {string.Join(", ", All.Select(format => format.Extension))}.",
            $"{path}：向量文件名须以 {string.Join("、", All.Select(format => format.Extension))} 结尾。"));

    static IReadOnlyList<string> WithVector(IReadOnlyList<string> columns, VectorModel? model) =>
        [.. columns.Where(column => !VectorWriter.IsOwn(column)), .. model is null ? [] : new[] { VectorWriter.ModelColumn }, VectorWriter.Column];
}
