using System.Threading.Channels;
using Hone.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Files;

/// <summary>
/// Makes the reports on training files one after another, in every language, when a file has come: nobody waits for that. What was not made when the server stopped is made when it starts again.
/// </summary>
sealed class FileReportQueue(FileStore files, FileReports reports, ILogger<FileReportQueue> log) : BackgroundService
{
    /// <summary>So many files wait; the reports on others are made when they are asked for.</summary>
    const int MostWaiting = 1000;

    readonly Channel<StoredFile> _waiting = Channel.CreateBounded<StoredFile>(MostWaiting);

    /// <summary>Remembers a file that has come; one of another purpose has no report.</summary>
    public void Add(StoredFile file)
    {
        if (file.Purpose == FilePurposes.FineTune)
            _waiting.Writer.TryWrite(file);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (StoredFile file in files.ListNewest(FilePurposes.FineTune, MostWaiting).Where(file => !reports.AreMade(file)))
            Add(file);
        await foreach (StoredFile file in _waiting.Reader.ReadAllAsync(stoppingToken))
            foreach (string language in FileReports.Languages)
                await MakeAsync(file, language, stoppingToken);
    }

    async Task MakeAsync(StoredFile file, string language, CancellationToken cancel)
    {
        try
        {
            await reports.GetAsync(file, language, cancel);
        }
        catch (HoneException)
        {
            // It cannot be read, or it was deleted meanwhile: whoever asks for the report is told.
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogError(failure, "The report on {File} could not be made.", file.Id);
        }
    }
}
