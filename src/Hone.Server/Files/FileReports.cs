using System.Text.Json;
using Hone.Data.Checks;
using Hone.Data.Checks.Reports;
using Hone.Engine;
using Hone.Engine.Checkpoints;
using Hone.Server.Http;
using Hone.Server.Storage;

namespace Hone.Server.Files;

/// <summary>
/// The reports of <c>hone data check</c> on uploaded training files, kept beside the data of the server, one for each language, as long as the file. They are made one at a time, and no upload waits for them.
/// </summary>
sealed class FileReports(DataFolder data, FileStore files, ServerSettings settings) : IDisposable
{
    public static readonly IReadOnlyList<string> Languages = ["en", "zh"];

    /// <summary>Findings of a kind that a report lists.</summary>
    const int Shown = 20;

    readonly FileChecks _turn = new();

    /// <summary>The report; where there is none yet, it is made, or waited for while it is being made.</summary>
    /// <param name="file">For fine-tuning; its organisation was checked.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <exception cref="HoneException">The file cannot be read, or there is none any more.</exception>
    public async Task<CheckReport> GetAsync(StoredFile file, string language, CancellationToken cancel)
    {
        string path = data.ReportPath(file.Id, language);
        return Find(path) ?? await _turn.RunAsync(() => Find(path) ?? Make(file, path, language, cancel), cancel);
    }

    public bool AreMade(StoredFile file) => Languages.All(language => File.Exists(data.ReportPath(file.Id, language)));

    public void Dispose() => _turn.Dispose();

    CheckReport Make(StoredFile file, string path, string language, CancellationToken cancel)
    {
        Text.IsChinese = language == "zh"; // of this thread alone
        // One core is left to those who wait for answers.
        CheckOptions options = new() { Shown = Shown, Threads = Math.Max(1, Workers.Threads - 1), Prices = settings.Prices ?? PriceTable.BuiltIn };
        CheckReport report = DatasetCheck.Run(files.PathOf(file), options, cancel: cancel) with { File = file.Filename };
        AtomicFile.Write(path, stream => stream.Write(Json.Bytes(report)));
        if (files.Find(file.Id, file.Organisation) is null)
        {
            // Whoever deleted the file meanwhile found no report to delete.
            File.Delete(path);
            throw new HoneException(Text.Of($"There is no file {file.Id} any more.", $"文件 {file.Id} 已不存在。"));
        }
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
