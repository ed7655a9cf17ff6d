using System.Text.Json.Nodes;
using Hone.Server.OpenApi;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>A job as the API shows it. Members that other services have and this one has no use for are there, empty.</summary>
sealed record FineTuningJobView
{
    /// <summary>Clients wait until the estimate: one that is over, or nearly, would fail them.</summary>
    static readonly TimeSpan ShortestEstimate = TimeSpan.FromSeconds(2);

    public string Object { get; } = "fine_tuning.job";

    public required string Id { get; init; }

    public required string Model { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? FineTunedModel { get; init; }

    public required string OrganizationId { get; init; }

    public required IReadOnlyList<string> ResultFiles { get; init; }

    public required string Status { get; init; }

    public string? ValidationFile { get; init; }

    public required string TrainingFile { get; init; }

    /// <summary>Of supervised jobs.</summary>
    [Shaped(typeof(TuningRequest), nameof(TuningRequest.Numbers))]
    public JsonObject? Hyperparameters { get; init; }

    public int? TrainedTokens { get; init; }

    public JobError? Error { get; init; }

    public string? UserProvidedSuffix { get; init; }

    public required int Seed { get; init; }

    public DateTimeOffset? EstimatedFinish { get; init; }

    [Shaped(typeof(TuningRequest), nameof(TuningRequest.Integrations))]
    public IReadOnlyList<object> Integrations { get; } = [];

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public object? UsageMetrics { get; }

    public bool SharedWithOpenai { get; }

    public string? EvalId { get; }

    [Shaped(typeof(TuningRequest), nameof(TuningRequest.Method))]
    public required JsonObject Method { get; init; }

    /// <summary>What Hone does and the API has no field for: as chosen, from the end of the validation on as resolved.</summary>
    [Shaped(typeof(HoneExtension), nameof(HoneExtension.Shown))]
    public required JsonObject Hone { get; init; }

    public static FineTuningJobView Of(JobRecord job, DateTimeOffset now)
    {
        bool isDone = job.Status == JobStatus.Succeeded;
        bool isDpo = job.Method == TuningMethod.Dpo;
        string method = isDpo ? "dpo" : "supervised";
        return new FineTuningJobView
        {
            Id = job.Id,
            Model = job.Model,
            CreatedAt = job.CreatedAt,
            FinishedAt = job.FinishedAt,
            FineTunedModel = job.FineTunedModel,
            OrganizationId = job.Organisation,
            ResultFiles = isDone ? job.ResultFiles : [],
            Status = job.Status.Name,
            ValidationFile = job.ValidationFile?.Label,
            TrainingFile = job.TrainingFile.Label,
            Hyperparameters = isDpo ? null : Numbers(job),
            TrainedTokens = isDone ? (int)Math.Min(job.TrainedTokens, int.MaxValue) : null,
            Error = job.Error,
            UserProvidedSuffix = job.Suffix,
            Seed = job.Seed,
            EstimatedFinish = job.Status == JobStatus.Running && job.EstimatedFinish is { } estimate && estimate - now >= ShortestEstimate ? estimate : null,
            Metadata = job.Metadata,
            Method = new JsonObject { ["type"] = method, [method] = new JsonObject { ["hyperparameters"] = Numbers(job) } },
            Hone = HoneExtension.ToJson(job),
        };
    }

    /// <summary>The numbers that the API knows: "auto" where nothing was chosen, until they are resolved.</summary>
    static JsonObject Numbers(JobRecord job)
    {
        Hyperparameters chosen = job.Hyperparameters;
        JsonObject numbers = new()
        {
            ["n_epochs"] = (job.Resolved?.Epochs ?? chosen.Epochs) is { } epochs ? epochs : Auto,
            ["batch_size"] = (job.Resolved?.BatchSize ?? chosen.BatchSize) is { } size ? size : Auto,
            ["learning_rate_multiplier"] = chosen.LearningRateMultiplier is { } multiplier ? multiplier : job.Resolved is null ? Auto : 1,
        };
        if (job.Method == TuningMethod.Dpo)
            numbers["beta"] = (job.Resolved?.Beta ?? chosen.Beta) is { } beta ? beta : Auto;
        return numbers;
    }

    static JsonNode Auto => FineTuning.Hyperparameters.Auto;
}
