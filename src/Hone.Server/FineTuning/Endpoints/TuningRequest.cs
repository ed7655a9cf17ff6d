using Hone.Server.Http;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>What a request chose of method and numbers, in any of the forms that the API has had.</summary>
static class TuningRequest
{
    const int MostEpochs = 50, LargestBatch = 256, LargestBeta = 2;

    /// <returns>supervised or dpo, and the numbers.</returns>
    public static (string Method, Hyperparameters Chosen) Read(JsonFields body)
    {
        if (body.Object("method") is not { } method)
            return ("supervised", body.Object("hyperparameters") is { } legacy ? Numbers(legacy, isDpo: false, path: "hyperparameters.") : new Hyperparameters());
        method.Required("type");
        string type = method.OneOf("type", "supervised", "dpo", "reinforcement")!;
        if (type == "reinforcement")
            throw ApiError.Invalid("The method 'reinforcement' is not available on this server. Use 'supervised' or 'dpo' - 'method.type'", "method.type");
        method.RefuseOthers("type", type);
        JsonFields? inner = method.Object(type);
        inner?.RefuseOthers("hyperparameters");
        return (type, inner?.Object("hyperparameters") is { } numbers ? Numbers(numbers, type == "dpo", $"method.{type}.hyperparameters.") : new Hyperparameters());
    }

    /// <summary>Integrations would send data elsewhere: one that is asked for is refused, not forgotten.</summary>
    public static void RefuseIntegrations(JsonFields body)
    {
        foreach (JsonFields integration in body.Objects("integrations") ?? [])
            throw ApiError.Invalid(
                $"The integration '{JsonFields.Shown(integration.String("type") ?? "")}' is not available on this server. Leave 'integrations' out: the metrics are in the job's events and in its results file.",
                "integrations");
    }

    static Hyperparameters Numbers(JsonFields fields, bool isDpo, string path)
    {
        fields.RefuseOthers(isDpo ? ["n_epochs", "batch_size", "learning_rate_multiplier", "beta"] : ["n_epochs", "batch_size", "learning_rate_multiplier"]);
        return new Hyperparameters
        {
            Epochs = (int?)AutoValue.Integer(fields, "n_epochs", 1, MostEpochs),
            BatchSize = (int?)AutoValue.Integer(fields, "batch_size", 1, LargestBatch),
            LearningRateMultiplier = Positive(fields, "learning_rate_multiplier", double.MaxValue, path),
            Beta = isDpo ? Positive(fields, "beta", LargestBeta, path) : null,
        };
    }

    static double? Positive(JsonFields fields, string name, double maximum, string path) =>
        AutoValue.Number(fields, name, 0, maximum) is not { } number ? null
        : number > 0 ? number
        : throw ApiError.Invalid($"0 is less than or equal to the minimum of 0 - '{path}{name}'", path + name);
}
