using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.Http;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>The object <c>hone</c> of a request: what this server can do and the API has no field for.</summary>
static class HoneExtension
{
    const string Training = "training", ReplayFile = "replay_file";

    static readonly string[] Numbers =
    [
        "learning_rate", "schedule", "warmup_steps", "weight_decay", "clip", "micro_batch_tokens", "recompute", "patience", "max_tokens", "replay_share",
        "rank", "alpha", "dropout", "target_modules", "rank_stabilised",
    ];

    /// <summary>Reads it, over the numbers that the rest of the request chose.</summary>
    /// <param name="method">Of the request: supervised or dpo.</param>
    public static (TuningMethod Method, Hyperparameters Chosen) Read(JsonFields body, Hyperparameters chosen, string method, OtherFiles files)
    {
        TuningMethod tuning = method == "dpo" ? TuningMethod.Dpo : TuningMethod.Lora;
        if (body.Object("hone") is { } hone)
        {
            hone.RefuseOthers([Training, ReplayFile, .. Numbers]);
            if (hone.OneOf(Training, "lora", "full") == "full")
                tuning = tuning == TuningMethod.Dpo ? throw ApiError.Invalid("'full' is not possible with the method dpo - 'hone.training'", "hone.training") : TuningMethod.Full;
            chosen = Merge(hone, chosen);
        }

        try
        {
            chosen.Check(tuning, files);
        }
        catch (HoneException problem)
        {
            throw ApiError.Invalid(problem.Message, "hone");
        }

        return (tuning, chosen);
    }

    /// <summary>The id of the file with general examples; null when none was sent.</summary>
    public static string? ReplayFileOf(JsonFields body) => body.Object("hone")?.String(ReplayFile);

    /// <summary>The same object for a job.</summary>
    public static JsonObject ToJson(JobRecord job)
    {
        var chosen = JsonSerializer.SerializeToNode(job.Hyperparameters, JobRecord.Json)!.AsObject();
        JsonObject? resolved = job.Resolved is null ? null : JobRecord.ToJson(job.Resolved);
        JsonObject shown = new() { [Training] = job.Method == TuningMethod.Full ? "full" : "lora" };
        foreach (string name in Numbers)
        {
            bool isOfAdapter = name is "rank" or "alpha" or "dropout" or "target_modules" or "rank_stabilised";
            if (isOfAdapter && job.Method == TuningMethod.Full)
                continue;
            JsonNode? value = resolved is null ? chosen[name] : (isOfAdapter ? resolved["adapter"]?[name] : resolved[name]);
            shown[name] = value?.DeepClone();
        }

        shown[ReplayFile] = job.ReplayFile?.Label;
        if (job.Replay is { } replay)
            shown["replay"] = replay.ToJson();
        return shown;
    }

    static Hyperparameters Merge(JsonFields hone, Hyperparameters chosen)
    {
        int? Count(string name) => AutoValue.Integer(hone, name, 0, int.MaxValue) is { } number ? (int)number : null;
        double? Number(string name) => AutoValue.Number(hone, name, 0, double.MaxValue);
        return chosen with
        {
            LearningRate = Number("learning_rate"),
            Schedule = hone.OneOf("schedule", Hyperparameters.Auto, "constant", "linear", "cosine") ?? Hyperparameters.Auto,
            WarmupSteps = Count("warmup_steps"),
            WeightDecay = Number("weight_decay"),
            Clip = Number("clip"),
            MicroBatchTokens = Count("micro_batch_tokens"),
            Recompute = AutoValue.Boolean(hone, "recompute"),
            Patience = Count("patience"),
            MaxTokens = AutoValue.Integer(hone, "max_tokens", 1, long.MaxValue),
            ReplayShare = Number("replay_share"),
            Rank = Count("rank"),
            Alpha = Number("alpha"),
            Dropout = Number("dropout"),
            TargetModules = hone.String("target_modules", minLength: 1, maxLength: 2000) ?? Hyperparameters.Auto,
            RankStabilised = AutoValue.Boolean(hone, "rank_stabilised"),
        };
    }
}
