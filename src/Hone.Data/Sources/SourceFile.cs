using System.Text;
using Hone.Data.Formats;
using Hone.Engine;
using static Hone.Engine.Text;

namespace Hone.Data.Sources;

/// <summary>
/// A user's file of any supported format as rows: JSON objects, which for tables have a string per column. Format, encoding and structure are detected,
/// and what was found is said in <see cref="Notes"/>. Rows stream: the file may be larger than memory.
/// </summary>
public sealed class SourceFile
{
    readonly SourceRows _rows;
    readonly PassOver _passOver;

    SourceFile(string path, string format, SourceRows rows, PassOver passOver, List<string> notes) => (Path, Format, _rows, _passOver, Notes) = (path, format, rows, passOver, notes);

    /// <summary>The formats that can be named in <see cref="SourceOptions.Format"/>.</summary>
    public static IReadOnlyList<string> FormatNames => [.. SourceFormat.All.Select(format => format.Name)];

    /// <summary>The format that a name promises, by its extension alone; null where it promises none.</summary>
    public static string? FormatOfName(string path) => SourceFormat.OfExtension(System.IO.Path.GetExtension(path).ToLowerInvariant())?.Name;

    public string Path { get; }

    /// <summary>One of <see cref="FormatNames"/>.</summary>
    public string Format { get; }

    /// <summary>The columns of a table, or the members of the first hundred objects.</summary>
    public IReadOnlyList<string> Columns => _rows.Columns;

    /// <summary>The sheets of a workbook, or the lists of a JSON or YAML file that has several; empty for the others.</summary>
    public IReadOnlyList<string> Sheets => _rows.Sheets;

    /// <summary>Whether training reads the file as it stands: JSON Lines in UTF-8, not compressed.</summary>
    public bool IsJsonLines => _rows.IsJsonLines;

    /// <summary>What was detected, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <exception cref="HoneException">There is no such file, or it is in no format that can be read.</exception>
    public static SourceFile Open(string path, SourceOptions? options = null)
    {
        options ??= new SourceOptions();
        if (Directory.Exists(path))
            throw new HoneException(Of($"{path} is a folder. Name a file in it.", $"{path} 是文件夹。请指定其中的文件。"));
        if (!File.Exists(path))
            throw new HoneException(Of($"There is no file {path}.", $"文件 {path} 不存在。"));
        if (options.Format is { } name)
            _ = SourceFormat.Named(name);

        try
        {
            SourceBytes bytes = new(path);
            List<string> notes = [];
            if (bytes.IsCompressed)
                notes.Add(Of("compressed by gzip", "gzip 压缩"));
            SourceFormat format = options.Format is { } given ? SourceFormat.Named(given) : FormatDetector.Detect(bytes, options, notes);
            SourceFile source = new(path, format.Name, format.Open(bytes, options, notes), options.PassOver, notes);
            // Where every row is left out, reading strictly says what is wrong with the first one.
            if (!source.Read().Any() && !source.Read((_, _) => false).Any())
                throw new HoneException(Of($"{path} has no rows.", $"{path} 没有数据行。") + (format.MayHaveHeader ? Of(" If its first row is data, say so with --no-header.", "若首行就是数据，请加 --no-header。") : ""));
            return source;
        }
        catch (Exception error) when (Problem(path, error) is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>The rows, each time from the first one. <c>Line</c> is where a row begins: a line of the file, or the row of a sheet.</summary>
    /// <exception cref="HoneException">A row cannot be read: the message says where and why.</exception>
    public IEnumerable<JsonLine> Read() => Read(_passOver);

    /// <summary>The same, of the rows that can be read.</summary>
    /// <param name="onBadRow">Gets every other row: its line, and what is wrong with it. The line is 0 where it is not clear where the next row begins, so that the rest stays unread.</param>
    /// <exception cref="HoneException">No row can be read.</exception>
    public IEnumerable<JsonLine> Read(Action<int, HoneException> onBadRow)
    {
        ArgumentNullException.ThrowIfNull(onBadRow);
        return Read((line, problem) =>
        {
            onBadRow(line, problem);
            return true;
        });
    }

    IEnumerable<JsonLine> Read(PassOver passOver)
    {
        using IEnumerator<JsonLine> rows = _rows.Read(passOver).GetEnumerator();
        for (bool isAnyRead = false; ; isAnyRead = true)
        {
            try
            {
                if (!rows.MoveNext())
                    yield break;
            }
            catch (Exception error) when (Problem(Path, error) is { } problem)
            {
                if (isAnyRead && passOver(0, problem))
                    yield break;
                throw problem;
            }
            yield return rows.Current;
        }
    }

    /// <summary>A problem with a row of this file, said with its path.</summary>
    internal HoneException Named(HoneException problem) => Named(Path, problem);

    static HoneException Named(string path, HoneException problem) =>
        problem.Message.Contains(path, StringComparison.Ordinal) ? problem : new(Of($"{path}: {problem.Message}", $"{path}：{problem.Message}"), problem) { Code = problem.Code };

    /// <summary>What the bytes of a file can cause; null for anything else, which is a bug.</summary>
    static HoneException? Problem(string path, Exception error) =>
        error switch
        {
            HoneException problem => Named(path, problem),
            InvalidDataException => new(Of($"{path} cannot be unpacked: it is cut off or damaged. Copy or compress it again.", $"无法解压 {path}：文件不完整或已损坏。请重新复制或压缩。"), error),
            EndOfStreamException => new(Of($"{path} ends too early.", $"{path} 不完整，过早结束。"), error),
            DecoderFallbackException or IOException or UnauthorizedAccessException => new(Of($"{path} cannot be read: {FileProblem.Of(error)}.", $"无法读取 {path}：{FileProblem.Of(error)}。"), error),
            _ => null,
        };
}
