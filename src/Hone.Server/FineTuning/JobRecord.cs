using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hone.Server.Http;
using Hone.Server.Models;

namespace Hone.Server.FineTuning;

/// <summary>Everything that is known about a job, as the database keeps it.</summary>
public sealed record JobRecord
{
    /// <summary>How records are kept.</summary>
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public string Id { get; init; } = Ids.New("ftjob-");

    /// <summary>Who owns the job and the model that it makes.</summary>
    public string Organisation { get; init; } = ModelIds.LocalOrganisation;

    public string? Project { get; init; }

    /// <summary>As the user named it.</summary>
    public required string Model { get; init; }

    public required JobFile TrainingFile { get; init; }

    public JobFile? ValidationFile { get; init; }

    /// <summary>General examples that are mixed in; see <see cref="Engine.Training.Replay"/>.</summary>
    public JobFile? ReplayFile { get; init; }

    /// <summary>All that it reads.</summary>
    internal IEnumerable<JobFile> Files => ((JobFile?[])[TrainingFile, ValidationFile, ReplayFile]).OfType<JobFile>();

    internal OtherFiles OtherFiles => (ValidationFile is null ? OtherFiles.None : OtherFiles.Validation) | (ReplayFile is null ? OtherFiles.None : OtherFiles.Replay);

    public required TuningMethod Method { get; init; }

    public required int Seed { get; init; }

    public string? Suffix { get; init; }

    /// <summary>The user's own pairs of words.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A column of its own: others change it while a worker goes on.</summary>
    [JsonIgnore]
    public JobStatus Status { get; init; }

    /// <summary>Of a running job, if its worker has said; a column of its own.</summary>
    [JsonIgnore]
    public DateTimeOffset? EstimatedFinish { get; init; }

    /// <summary>As the user chose them.</summary>
    public required Hyperparameters Hyperparameters { get; init; }

    /// <summary>As they came to be; null until the files are validated.</summary>
    public ResolvedHyperparameters? Resolved { get; init; }

    /// <summary>How the replay file is used; null without one, and until the files are validated.</summary>
    public ReplayRecord? Replay { get; init; }

    /// <summary>Where the training begins; null until the files are validated.</summary>
    public TuningStart? Start { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Seconds of training, over all runs.</summary>
    public double Seconds { get; init; }

    /// <summary>The name that the tuned model gets, chosen once so that a resumed job finds what it wrote.</summary>
    public string? PlannedModel { get; init; }

    public string? FineTunedModel { get; init; }

    /// <summary>Tokens of the examples, epochs included.</summary>
    public long TrainedTokens { get; init; }

    public double? TrainLoss { get; init; }

    public double? ValidLoss { get; init; }

    /// <summary>The models to be kept, the tuned one first; those of a job that has succeeded are there.</summary>
    public IReadOnlyList<JobCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>Ids of the files with the metrics of every step.</summary>
    public IReadOnlyList<string> ResultFiles { get; init; } = [];

    public JobError? Error { get; init; }

    /// <summary>A resolved set of hyperparameters as it is printed and stored.</summary>
    public static JsonObject ToJson(ResolvedHyperparameters resolved) => JsonSerializer.SerializeToNode(resolved, Json)!.AsObject();
}

/// <summary>A model that was kept at the end of an epoch.</summary>
/// <param name="Model">Its name: <c>ft:…:ckpt-step-N</c>, or the tuned model itself.</param>
public sealed record JobCheckpoint(string Id, string Model, int Step, double TrainLoss, double TrainMeanTokenAccuracy, double? FullValidLoss, double? FullValidMeanTokenAccuracy)
{
    public double? ValidLoss { get; init; }

    public double? ValidMeanTokenAccuracy { get; init; }

    /// <summary>Of scored pairs of texts.</summary>
    public double? FullValidSpearman { get; init; }

    /// <summary>Of pairs of texts.</summary>
    public double? FullValidReciprocalRank { get; init; }
}

/// <summary>Why a job failed, in the form of the API.</summary>
public sealed record JobError(string Code, string Message, string? Param);
