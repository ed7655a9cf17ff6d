using System.Text.Encodings.Web;
using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Prepare;

/// <summary>The files that a preparation writes. What is not written has no name.</summary>
public sealed record PreparedFiles(string Train, string? Valid, string? Classes)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>Names beside the source that are all free: "_prepared", and " (1)", " (2)", … behind it where one is taken.</summary>
    /// <param name="folder">Where to write; null for the folder of the source.</param>
    public static PreparedFiles For(string source, string? folder, bool splits, bool renamesClasses)
    {
        string start = Path.Combine(folder ?? Path.GetDirectoryName(source) ?? "", Stem(Path.GetFileName(source)) + "_prepared");
        for (int attempt = 0; ; attempt++)
        {
            string number = attempt > 0 ? $" ({attempt})" : "";
            PreparedFiles files = new(
                start + (splits ? "_train" : "") + number + ".jsonl",
                splits ? start + "_valid" + number + ".jsonl" : null,
                renamesClasses ? start + "_classes" + number + ".json" : null
            );
            if (!files.All.Any(Path.Exists))
                return files;
        }
    }

    /// <summary>Writes all of them or none: one that cannot be written takes the earlier ones with it.</summary>
    /// <param name="meanings">For each new class name the old one; null where there are none.</param>
    public void Write(Frame train, Frame? valid, IReadOnlyDictionary<string, string>? meanings)
    {
        List<string> written = [];
        try
        {
            Add(Train, path => WriteRows(path, train));
            if (Valid is not null)
                Add(Valid, path => WriteRows(path, valid!));
            if (Classes is not null)
                Add(Classes, path => AtomicFile.WriteText(path, JsonSerializer.Serialize(meanings, Readable) + "\n"));
        }
        catch
        {
            written.ForEach(File.Delete);
            throw;
        }

        void Add(string path, Action<string> write)
        {
            write(path);
            written.Add(path);
        }
    }

    static void WriteRows(string path, Frame frame) =>
        JsonLinesWriter.Write(path, frame.Rows.Select((row, i) => new JsonLine(i + 1, row.Line, JsonSerializer.SerializeToElement(new { prompt = row.Prompt, completion = row.Completion }))));

    public IEnumerable<string> All => new[] { Train, Valid, Classes }.OfType<string>();

    /// <summary>A file name without its extension, and without that of a packed file. A dot in front begins no extension.</summary>
    static string Stem(string name)
    {
        string unpacked = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && name.Length > 3 ? name[..^3] : name;
        int dot = unpacked.LastIndexOf('.');
        return dot > 0 ? unpacked[..dot] : unpacked;
    }
}
