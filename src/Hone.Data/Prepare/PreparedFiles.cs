using System.Text.Json;
using Hone.Data.Formats;
using Hone.Engine;
using Hone.Engine.Checkpoints;

namespace Hone.Data.Prepare;

/// <summary>The files that a preparation writes. What is not written has no name.</summary>
public sealed record PreparedFiles(string Train, string? Valid, string? Classes)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = ReadableJson.Encoder, WriteIndented = true };

    /// <summary>Names beside the source that are all free: "_prepared", and " (1)", " (2)", … behind it where one is taken.</summary>
    /// <param name="folder">Where to write; null for the folder of the source.</param>
    public static PreparedFiles For(string source, string? folder, bool splits, bool renamesClasses)
    {
        string start = Path.Combine(folder ?? Path.GetDirectoryName(source) ?? "", StemOf(Path.GetFileName(source)) + "_prepared");
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
    public void Write(Frame train, Frame? valid, IReadOnlyDictionary<string, string>? meanings, CancellationToken cancel = default)
    {
        using JsonLinesWriter trainFile = new(Train);
        using JsonLinesWriter? validFile = Valid is null ? null : new(Valid);
        WriteRows(trainFile, train, cancel);
        if (validFile is not null)
            WriteRows(validFile, valid!, cancel);
        if (Classes is not null)
            AtomicFile.WriteText(Classes, JsonSerializer.Serialize(meanings, Readable) + "\n");
        try
        {
            RowWriter.KeepAll(validFile is null ? [trainFile] : [trainFile, validFile]);
        }
        catch
        {
            if (Classes is not null)
                File.Delete(Classes);
            throw;
        }
    }

    static void WriteRows(JsonLinesWriter file, Frame frame, CancellationToken cancel)
    {
        foreach (FrameRow row in frame.Rows)
        {
            cancel.ThrowIfCancellationRequested();
            file.Write(JsonSerializer.SerializeToElement(new { prompt = row.Prompt, completion = row.Completion }));
        }
    }

    public IEnumerable<string> All => new[] { Train, Valid, Classes }.OfType<string>();

    /// <summary>A file name without its extension, and without that of a packed file. A dot in front begins no extension.</summary>
    internal static string StemOf(string name)
    {
        string unpacked = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && name.Length > 3 ? name[..^3] : name;
        int dot = unpacked.LastIndexOf('.');
        return dot > 0 ? unpacked[..dot] : unpacked;
    }
}
