using Hone.Server.Access;
using Hone.Server.Analysis;
using Hone.Server.Batches;
using Hone.Server.Chat;
using Hone.Server.Completions;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.FineTuning;
using Hone.Server.Inference;
using Hone.Server.Jobs;
using Hone.Server.Limits;
using Hone.Server.Metrics;
using Hone.Server.Models;
using Hone.Server.Storage;
using Hone.Server.StoredCompletions;
using Hone.Server.Uploads;
using Hone.Server.VectorStores;
using Hone.Server.VectorStores.BuiltIn;
using Hone.Server.VectorStores.Ingestion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Http;

/// <summary>What endpoints ask for as parameters.</summary>
static class Services
{
    public static void Add(IServiceCollection services, ServerOptions options, ServerSettings settings, Database database, ApiKeys keys)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Data);
        services.AddSingleton(options.Clock);
        services.AddSingleton(settings);
        services.AddSingleton(database);
        services.AddSingleton(keys);
        services.AddSingleton(provider => new ModelRegistry(
            options.Data, options.Clock, options.BuiltInModels, options.SettingsFile, problem => provider.GetRequiredService<ILogger<ServerSettings>>().LogWarning("{Problem} Until then the aliases stay as they were.", problem)));
        services.AddSingleton<JobStore>();
        services.AddSingleton<VisibleModels>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton(settings.Inference);
        services.AddSingleton<BodyRoom>();
        services.AddSingleton<LoadedModels>();
        services.AddHostedService<DeletedModels>();
        services.AddSingleton<InferenceMetrics>();
        services.AddSingleton<CompletionStore>();
        services.AddSingleton<ChatCompletions>();
        services.AddSingleton<TextCompletions>();
        services.AddSingleton<LoadedEmbedders>();
        services.AddSingleton<AnalysisTexts>();
        services.AddSingleton<AnalysisAnswer>();
        services.AddSingleton(_ => new BuiltInIndex(options.Data.VectorStores));
        services.AddSingleton<StoreVectors>();
        services.AddSingleton<VectorStoreRows>();
        services.AddSingleton<StoreEmbedder>();
        services.AddSingleton<FileIngestion>();
        services.AddSingleton<VectorStoreSearch>();
        services.AddSingleton<VectorStoreRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<VectorStoreRunner>());
        services.AddSingleton<FileStore>();
        services.AddSingleton<FileChecks>();
        services.AddSingleton<FileReports>();
        services.AddSingleton<FileReportQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<FileReportQueue>());
        services.AddSingleton<UploadStore>();
        services.AddHostedService<FileSweep>();
        services.AddSingleton<InProcessRequests>();
        services.AddSingleton<MetricsRecorder>();
        services.AddSingleton<BatchStore>();
        services.AddSingleton<BatchRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchRunner>());
        services.AddSingleton<JobTurns>();
        services.AddSingleton<CheckpointGrants>();
        services.AddSingleton<JobQueueSignal>();
        if (options.Launcher is { } launcher)
        {
            services.AddSingleton(launcher);
            services.AddHostedService<JobSupervisor>();
        }
    }
}
