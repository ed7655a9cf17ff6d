using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>The object <c>hone</c> of a request: what this server can do and the API has no field for.</summary>
static class HoneExtension
{
    const string Training = "training", ReplayFile = "replay_file";
    const string Dimensions = "dimensions";
    const int MaxModules = 2000, MaxDimensions = 16;

    static readonly Shape Count = Shape.Auto(Shape.Whole(0, int.MaxValue));
    static readonly Shape Amount = Shape.Auto(Shape.Number(0));

    public static readonly ObjectShape Object = Shape.Closed(
        Field.Optional(Training, Shape.OneOf("lora", "full"), fallback: "lora"),
        Field.Optional("learning_rate", Amount),
        Field.Optional("schedule", Shape.OneOf(Hyperparameters.Auto, "constant", "linear", "cosine")),
        Field.Optional("warmup_steps", Count),
        Field.Optional("weight_decay", Amount),
        Field.Optional("clip", Amount, "The largest norm of the gradient."),
        Field.Optional("micro_batch_tokens", Count, "Tokens that pass through the model at once."),
        Field.Optional("recompute", Shape.Auto(Shape.Boolean), "Whether activations are computed again on the way back, to save memory."),
        Field.Optional("patience", Count, "Validations without a better loss before training stops; 0 for never."),
        Field.Optional("max_tokens", Shape.Auto(Shape.Whole(1)), "Tokens of the training file above which the job is refused."),
        Field.Optional("replay_share", Amount, "Of the examples of a step, those that come from the replay file."),
        Field.Optional("rank", Count),
        Field.Optional("alpha", Amount),
        Field.Optional("dropout", Amount),
        Field.Optional("target_modules", Shape.Text(1, MaxModules), "Names of layers separated by commas, or all-linear."),
        Field.Optional("rank_stabilised", Shape.Auto(Shape.Boolean)),
        Field.Optional("scale", Amount, "Of an embedding model: what a cosine is multiplied by, the inverse of the temperature."),
        Field.Optional(Dimensions, Shape.Auto(Shape.Some(Shape.Whole(1, int.MaxValue), MaxDimensions)), "Of an embedding model: lengths at which the beginnings of vectors are to be useful alone."),
        Field.Optional(ReplayFile, Shape.AnyText, "The id of a file with general examples.")).Named("HoneRequest");

    static readonly ObjectShape Replay = Shape.Closed(
        Field.Required("examples_per_epoch", Shape.AnyWhole),
        Field.Required("examples", Shape.AnyWhole),
        Field.Required("held_out", Shape.AnyWhole),
        Field.Optional("tokens", Shape.AnyWhole),
        Field.Optional("loss_before", Shape.AnyNumber),
        Field.Optional("loss_after", Shape.AnyNumber));

    /// <summary>What <see cref="ToJson"/> makes.</summary>
    public static readonly ObjectShape Shown = Shape.Closed([.. Object.Fields, Field.Sometimes("replay", Replay, "What the job does with its replay file, and what came of it.")]).Named("Hone");

    /// <summary>Reads it, over the numbers that the rest of the request chose.</summary>
    /// <param name="method">Of the request: supervised or dpo.</param>
    /// <param name="isEncoder">Whether the model makes embeddings.</param>
    public static (TuningMethod Method, Hyperparameters Chosen) Read(JsonFields body, Hyperparameters chosen, string method, OtherFiles files, bool isEncoder)
    {
        TuningMethod tuning = isEncoder ? OfEncoder(body, method) : method == "dpo" ? TuningMethod.Dpo : TuningMethod.Lora;
        if (body.Object("hone") is { } hone)
        {
            hone.RefuseOthers();
            if (hone.String(Training) == "full" && !isEncoder)
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

    static TuningMethod OfEncoder(JsonFields body, string method)
    {
        if (method == "dpo")
            throw ApiError.Invalid("The method 'dpo' is for models that write text; this one makes embeddings. Use 'supervised', with pairs of texts - 'method.type'", "method.type");
        if (body.Object("hone")?.String(Training) == "lora")
            throw ApiError.Invalid("'lora' is for models that write text; of this one, which makes embeddings, all weights are trained - 'hone.training'", "hone.training");
        return TuningMethod.Contrastive;
    }

    /// <summary>The id of the file with general examples; null when none was sent.</summary>
    public static string? ReplayFileOf(JsonFields body) => body.Object("hone")?.String(ReplayFile);

    /// <summary>The same object for a job.</summary>
    public static JsonObject ToJson(JobRecord job)
    {
        var chosen = JsonSerializer.SerializeToNode(job.Hyperparameters, JobRecord.Json)!.AsObject();
        JsonObject? resolved = job.Resolved is null ? null : JobRecord.ToJson(job.Resolved);
        bool isFull = job.Method is TuningMethod.Full or TuningMethod.Contrastive;
        JsonObject shown = new() { [Training] = isFull ? "full" : "lora" };
        foreach (string name in Object.Fields.Select(field => field.Name).Where(name => name is not (Training or ReplayFile)))
        {
            bool isOfAdapter = name is "rank" or "alpha" or "dropout" or "target_modules" or "rank_stabilised";
            bool isOfPairs = name is "scale" or Dimensions;
            if ((isOfAdapter && isFull) || (isOfPairs && job.Method != TuningMethod.Contrastive))
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
        int? Count(string name) => (int?)AutoValue.Integer(hone, name);
        double? Number(string name) => AutoValue.Number(hone, name);
        return chosen with
        {
            LearningRate = Number("learning_rate"),
            Schedule = hone.String("schedule") ?? Hyperparameters.Auto,
            WarmupSteps = Count("warmup_steps"),
            WeightDecay = Number("weight_decay"),
            Clip = Number("clip"),
            MicroBatchTokens = Count("micro_batch_tokens"),
            Recompute = AutoValue.Boolean(hone, "recompute"),
            Patience = Count("patience"),
            MaxTokens = AutoValue.Integer(hone, "max_tokens"),
            ReplayShare = Number("replay_share"),
            Rank = Count("rank"),
            Alpha = Number("alpha"),
            Dropout = Number("dropout"),
            TargetModules = hone.String("target_modules") ?? Hyperparameters.Auto,
            RankStabilised = AutoValue.Boolean(hone, "rank_stabilised"),
            Scale = Number("scale"),
            Dimensions = AutoValue.Integers(hone, Dimensions),
        };
    }
}
