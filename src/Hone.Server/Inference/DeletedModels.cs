using Hone.Server.Embeddings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Inference;

/// <summary>Lets models leave the memory that other processes deleted or replaced.</summary>
sealed class DeletedModels(LoadedModels models, LoadedEmbedders embedders, TimeProvider clock, ILogger<DeletedModels> log) : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                models.DropDeleted();
                embedders.DropDeleted();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.LogError(failure, "The folders of models in memory could not be looked at.");
            }
        }
    }
}
