using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Data.Sources;
using Hone.Engine;

namespace Hone.Data.Checks;

/// <summary>The examples of a training file in which a check found no error, as a file of their own. The check says which ones it refuses: see <see cref="CheckOptions.OnRefused"/>.</summary>
public sealed class GoodExamples
{
    readonly HashSet<int> _refused = [];
    readonly Lock _lock = new();

    public void Refuse(int example)
    {
        lock (_lock)
            _refused.Add(example);
    }

    /// <summary>Writes those of a file in JSON Lines; the file appears when it is complete.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="HoneException">None remains, or the file cannot be written.</exception>
    public long Write(string path, string file, CancellationToken cancel = default) =>
        Write(path, JsonLines.ReadChosen(file, example => !_refused.Contains(example)), cancel);

    /// <summary>Writes the lines that a mapping makes of a file of any format.</summary>
    /// <inheritdoc cref="Write(string, string, CancellationToken)"/>
    public long Write(string path, SourceFile source, RowMapping mapping, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(mapping);
        return Write(path, mapping.Map(source.Read(static (_, _) => { }).Where(row => !_refused.Contains(row.Example))), cancel);
    }

    static long Write(string path, IEnumerable<JsonLine> lines, CancellationToken cancel)
    {
        using JsonLinesWriter writer = new(path);
        writer.Write(lines, cancel);
        if (writer.Count == 0)
            throw new HoneException(Text.Of($"{path} would be empty: every example has an error.", $"{path} 将为空：每个样本都有错误。"));
        writer.Keep();
        return writer.Count;
    }
}
