using System.Text.Json;
using Hone.Data.Formats;
using Hone.Data.Mapping;
using Hone.Engine;

namespace Hone.Data.Splits;

/// <summary>The files of a split: <c>X_train.jsonl</c>, <c>X_valid.jsonl</c>, <c>X_test.jsonl</c>, and <c>X_split.json</c>, which says how they came about.</summary>
public sealed class SplitFiles
{
    const string RecordEnding = "_split.json";

    // A record names a few columns and files; what is longer is something else that is called so.
    const int LongestRecord = 1 << 20;

    readonly string _start;
    readonly SplitRatios _ratios;

    /// <param name="start">What the names start with, a folder included.</param>
    public SplitFiles(string start, SplitRatios ratios) => (_start, _ratios) = (start, ratios);

    /// <summary>The parts that are written.</summary>
    public IEnumerable<SplitPart> Parts => Enum.GetValues<SplitPart>().Where(part => _ratios.Shares[(int)part] > 0);

    public string RecordPath => _start + RecordEnding;

    public string PathOf(SplitPart part) => $"{_start}_{NameOf(part)}.jsonl";

    /// <summary>As it stands in the names of files.</summary>
    public static string NameOf(SplitPart part) => part.ToString().ToLowerInvariant();

    /// <exception cref="HoneException">A file is there already.</exception>
    public void RequireFree()
    {
        if (Parts.Select(PathOf).Append(RecordPath).FirstOrDefault(Path.Exists) is { } taken)
            throw new HoneException(Text.Of($"{taken} exists already. Name other files with --output, or replace them with --force.", $"{taken} 已存在。请用 --output 指定其他文件，或用 --force 覆盖。"));
    }

    /// <summary>Writes all files, which appear together when they are complete.</summary>
    public void Write(DataSplit split, MappedRows rows, string source, SplitSettings settings, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<SplitPart, JsonLinesWriter> writers = [];
        using JsonLinesWriter record = new(RecordPath);
        try
        {
            foreach (SplitPart part in Parts)
                writers.Add(part, new JsonLinesWriter(PathOf(part)));
            foreach ((SplitPart part, JsonElement value) in split.Assign(rows))
            {
                cancel.ThrowIfCancellationRequested();
                writers[part].Write(value);
            }
            record.Write(Record(split.Report, source, settings));
            // The record comes last: where it stands, the parts are there.
            RowWriter.KeepAll([.. writers.Values, record]);
        }
        finally
        {
            foreach (JsonLinesWriter writer in writers.Values)
                writer.Dispose();
        }
    }

    /// <summary>Which part of a split a file is, as the record beside it says, and the other parts that are there, in the folder as it was written; null where no record names it.</summary>
    public static (SplitPart Part, IReadOnlyList<string> Others)? Find(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        string name = Path.GetFileName(path);
        string searched = folder.Length == 0 ? "." : folder;
        if (!Directory.Exists(searched))
            return null;
        foreach (string record in Directory.EnumerateFiles(searched, "*" + RecordEnding).Order(StringComparer.Ordinal))
        {
            Dictionary<SplitPart, string> files = FilesIn(record);
            foreach ((SplitPart part, string file) in files)
                if (file == name)
                    return (part, [.. files.Where(other => other.Key != part).Select(other => Path.Combine(folder, Path.GetFileName(other.Value))).Where(File.Exists)]);
        }
        return null;
    }

    JsonElement Record(SplitReport report, string source, SplitSettings settings) =>
        JsonSerializer.SerializeToElement(new
        {
            source = Path.GetFileName(source),
            ratios = settings.Ratios.ToString(),
            seed = settings.Seed,
            stratify = report.Classes.Count > 0 ? settings.ClassColumn ?? "answer" : null,
            group = settings.GroupColumn,
            time = settings.TimeColumn,
            near = settings.Similarity,
            parts = Parts.ToDictionary(NameOf, part => new { file = Path.GetFileName(PathOf(part)), rows = report.Rows[(int)part] }),
        });

    /// <summary>The files that a record names; none where it is another kind of file.</summary>
    static Dictionary<SplitPart, string> FilesIn(string record)
    {
        Dictionary<SplitPart, string> files = [];
        // A pipe, whose length is 0, would be waited for.
        if (new FileInfo(record).Length is 0 or > LongestRecord)
            return files;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(record));
            foreach (SplitPart part in Enum.GetValues<SplitPart>())
                if (Cells.Find(document.RootElement, $"parts.{NameOf(part)}.file") is { ValueKind: JsonValueKind.String } file && JsonLines.IsText(file))
                    files.Add(part, file.GetString()!);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FileNotFoundException or DirectoryNotFoundException)
        {
            // Another kind of file, one whose names have half an escape, or a link that leads nowhere.
            files.Clear();
        }
        return files;
    }
}
