using System.Text.Json;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Files;

/// <summary>The reports of <c>hone data check</c> on uploaded training files: made when they are asked for, then kept beside the data of the server, one for each language.</summary>
sealed class FileReports(DataFolder data, FileStore files, FileChecks checks, ServerSettings settings)
{
    /// <summary>Findings of a kind that a report lists.</summary>
    const int Shown = 20;

    /// <param name="file">For fine-tuning; its organisation was checked.</param>
    /// <param name="language">en or zh.</param>
    public async Task<CheckReport> GetAsync(StoredFile file, string language, CancellationToken cancel)
    {
        string path = data.ReportPath(file.Id, language);
        return Find(path) ?? await checks.RunAsync(() => Find(path) ?? Make(file, path, language, cancel), cancel);
    }

    CheckReport Make(StoredFile file, string path, string language, CancellationToken cancel)
    {
        Text.IsChinese = language == "zh"; // of this thread alone
        // One core is left to those who wait for answers.
        CheckOptions options = new() { Shown = Shown, Threads = Math.Max(1, Workers.Threads - 1), Prices = settings.Prices ?? PriceTable.BuiltIn };
        CheckReport report = DatasetCheck.Run(files.PathOf(file), options, cancel: cancel) with { File = file.Filename };
        AtomicFile.Write(path, stream => stream.Write(Json.Bytes(report)));
        return report;
    }

    /// <summary>A report that was made before; null when there is none.</summary>
    static CheckReport? Find(string path)
    {
        try
        {
            using FileStream json = File.OpenRead(path);
            return CheckReport.Read(json);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // There is none, or it was made by another version.
            return null;
        }
    }
}
