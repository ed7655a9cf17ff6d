using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.FineTuning.Endpoints;

/// <summary>What a request chose of method and numbers, in any of the forms that the API has had.</summary>
static class TuningRequest
{
    const int MostEpochs = 50, LargestBatch = 256, LargestBeta = 2;

    /// <summary>The numbers of supervised training.</summary>
    public static readonly ObjectShape Numbers = Shape.Closed(
        Field.Optional("n_epochs", Shape.Auto(Shape.Whole(1, MostEpochs))),
        Field.Optional("batch_size", Shape.Auto(Shape.Whole(1, LargestBatch))),
        Field.Optional("learning_rate_multiplier", Shape.Auto(Shape.Above(0)))).Named("Hyperparameters");

    /// <summary>The numbers of DPO.</summary>
    static readonly ObjectShape DpoNumbers = Shape.Closed([.. Numbers.Fields, Field.Optional("beta", Shape.Auto(Shape.Above(0, LargestBeta)))]).Named("DpoHyperparameters");

    public static readonly ObjectShape Method = Shape.Closed(
        Field.Required("type", Shape.OneOf("supervised", "dpo", "reinforcement"), "reinforcement is not available on this server."),
        Field.Optional("supervised", Shape.Closed(Field.Optional("hyperparameters", Numbers))),
        Field.Optional("dpo", Shape.Closed(Field.Optional("hyperparameters", DpoNumbers)))).Named("Method");

    public static readonly ListShape Integrations = Shape.List(Shape.Open(Field.Optional("type", Shape.AnyText)));

    /// <returns>supervised or dpo, and the numbers.</returns>
    public static (string Method, Hyperparameters Chosen) Read(JsonFields body)
    {
        if (body.Object("method") is not { } method)
            return ("supervised", body.Object("hyperparameters") is { } legacy ? Chosen(legacy, isDpo: false) : new Hyperparameters());
        string type = method.RequiredString("type");
        if (type == "reinforcement")
            throw ApiError.Invalid("The method 'reinforcement' is not available on this server. Use 'supervised' or 'dpo' - 'method.type'", "method.type");
        method.RefuseOthers("type", type);
        JsonFields? inner = method.Object(type);
        inner?.RefuseOthers();
        return (type, inner?.Object("hyperparameters") is { } numbers ? Chosen(numbers, type == "dpo") : new Hyperparameters());
    }

    /// <summary>Integrations would send data elsewhere: one that is asked for is refused, not forgotten.</summary>
    public static void RefuseIntegrations(JsonFields body)
    {
        foreach (JsonFields integration in body.Objects("integrations") ?? [])
            throw ApiError.Invalid(
                $"The integration '{JsonFields.Shown(integration.String("type") ?? "")}' is not available on this server. Leave 'integrations' out: the metrics are in the job's events and in its results file.",
                "integrations");
    }

    static Hyperparameters Chosen(JsonFields fields, bool isDpo)
    {
        fields.RefuseOthers();
        return new Hyperparameters
        {
            Epochs = (int?)AutoValue.Integer(fields, "n_epochs"),
            BatchSize = (int?)AutoValue.Integer(fields, "batch_size"),
            LearningRateMultiplier = AutoValue.Number(fields, "learning_rate_multiplier"),
            Beta = isDpo ? AutoValue.Number(fields, "beta") : null,
        };
    }
}
