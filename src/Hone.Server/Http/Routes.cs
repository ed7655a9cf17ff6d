using Hone.Server.Analysis;
using Hone.Server.Batches;
using Hone.Server.Chat;
using Hone.Server.Completions;
using Hone.Server.Embeddings;
using Hone.Server.Files;
using Hone.Server.Metrics;
using Hone.Server.FineTuning.Endpoints;
using Hone.Server.Models.Endpoints;
using Hone.Server.OpenApi;
using Hone.Server.StoredCompletions;
using Hone.Server.Uploads;
using Hone.Server.VectorStores.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Http;

/// <summary>Every endpoint of the HTTP interface.</summary>
static class Routes
{
    public static readonly Action<IEndpointRouteBuilder>[] All =
    [
        GetHealth.Map,
        GetVersion.Map,
        GetOpenApi.Map,
        GetMetrics.Map,
        ListModels.Map,
        RetrieveModel.Map,
        DeleteModel.Map,
        CreateFile.Map,
        ListFiles.Map,
        RetrieveFile.Map,
        RetrieveFileContent.Map,
        RetrieveFileReport.Map,
        DeleteFile.Map,
        CreateUpload.Map,
        AddUploadPart.Map,
        CompleteUpload.Map,
        CancelUpload.Map,
        CreateBatch.Map,
        ListBatches.Map,
        RetrieveBatch.Map,
        CancelBatch.Map,
        .. FineTuningApi.Endpoints,
        CreateChatCompletion.Map,
        CreateCompletion.Map,
        CreateEmbedding.Map,
        SearchTexts.Map,
        RecommendTexts.Map,
        ClusterTexts.Map,
        FindOutliers.Map,
        MeasureDiversity.Map,
        FindRepeats.Map,
        ClassifyTexts.Map,
        .. VectorStoreApi.Endpoints,
        ListStoredCompletions.Map,
        RetrieveStoredCompletion.Map,
        UpdateStoredCompletion.Map,
        DeleteStoredCompletion.Map,
        ListStoredMessages.Map,
    ];
}
