namespace Hone.Data.Prepare;

/// <summary>The files that a preparation writes. What is not written has no name.</summary>
public sealed record PreparedFiles(string Train, string? Valid, string? Classes)
{
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

    public IEnumerable<string> All => new[] { Train, Valid, Classes }.OfType<string>();

    /// <summary>A file name without its extension, and without that of a packed file. A dot in front begins no extension.</summary>
    static string Stem(string name)
    {
        string unpacked = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && name.Length > 3 ? name[..^3] : name;
        int dot = unpacked.LastIndexOf('.');
        return dot > 0 ? unpacked[..dot] : unpacked;
    }
}
