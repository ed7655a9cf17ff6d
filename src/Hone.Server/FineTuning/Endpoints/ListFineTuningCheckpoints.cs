using System.Text.Json.Nodes;
using Hone.Server.Access;
using Hone.Server.Http;
using Hone.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>GET /v1/fine_tuning/jobs/{id}/checkpoints: the highest step first.</summary>
static class ListFineTuningCheckpoints
{
    const int DefaultLimit = 10, MaxLimit = 100;

    static readonly ObjectShape MetricsShape = Shape.Closed(
    [
        Field.Required("step", Shape.AnyWhole),
        Field.Required("train_loss", Shape.AnyNumber),
        Field.Required("train_mean_token_accuracy", Shape.AnyNumber),
        .. ((string[])["valid_loss", "valid_mean_token_accuracy", "full_valid_loss", "full_valid_mean_token_accuracy", .. ValidationMetrics.OfRanks]).Select(name => Field.Sometimes(name, Shape.AnyNumber)),
        Field.Required("type", Shape.OneOf("supervised", "dpo")),
    ]).Named("CheckpointMetrics");

    /// <summary>A checkpoint as the API shows it; metrics that were not measured are absent.</summary>
    public sealed record CheckpointView(string Id, DateTimeOffset CreatedAt, string FineTunedModelCheckpoint, string FineTuningJobId, int StepNumber, [property: Shaped(typeof(ListFineTuningCheckpoints), nameof(MetricsShape))] JsonObject Metrics)
    {
        public string Object { get; } = "fine_tuning.job.checkpoint";

        public static CheckpointView Of(KeptCheckpoint kept, JobRecord job) =>
            new(kept.Checkpoint.Id, kept.CreatedAt, kept.Checkpoint.Model, job.Id, kept.Checkpoint.Step, MetricsOf(kept.Checkpoint, job));

        static JsonObject MetricsOf(JobCheckpoint checkpoint, JobRecord job)
        {
            JsonObject metrics = new()
            {
                ["step"] = checkpoint.Step,
                ["train_loss"] = checkpoint.TrainLoss,
                ["train_mean_token_accuracy"] = checkpoint.TrainMeanTokenAccuracy,
            };
            metrics.AddValidation(checkpoint.ValidLoss, checkpoint.ValidMeanTokenAccuracy, checkpoint.FullValidLoss, checkpoint.FullValidMeanTokenAccuracy);
            metrics.AddRanks(checkpoint.FullValidSpearman, checkpoint.FullValidReciprocalRank);
            metrics["type"] = job.Method == TuningMethod.Dpo ? "dpo" : "supervised";
            return metrics;
        }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/fine_tuning/jobs/{id}/checkpoints", Handle).WithQuery(PageRequest.Fields(DefaultLimit, MaxLimit));

    static CursorPage<CheckpointView> Handle(string id, QueryFields query, Caller caller, JobStore jobs)
    {
        PageRequest page = PageRequest.Of(query);
        JobRecord job = jobs.Require(id, caller);
        CheckpointView[] found = [.. jobs.Checkpoints(job.Id, page.After, page.Limit + 1).Select(kept => CheckpointView.Of(kept, job))];
        return page.CursorPageOf(found, checkpoint => checkpoint.Id);
    }
}
