using Hone.Server.Uploads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Files;

/// <summary>Deletes from time to time what is over: expired files, and what interrupted uploads left.</summary>
sealed class FileSweep(FileStore files, UploadStore uploads, TimeProvider clock, ILogger<FileSweep> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, clock);
        do
        {
            try
            {
                await Task.Run(files.Sweep, stoppingToken);
                await Task.Run(uploads.Sweep, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.LogError(failure, "Expired files could not be deleted.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
