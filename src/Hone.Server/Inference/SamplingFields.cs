using System.Globalization;
using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Server.Http;
using Hone.Server.OpenApi;

namespace Hone.Server.Inference;

/// <summary>The parameters about how tokens are chosen, which chat and text completions have in common.</summary>
static class SamplingFields
{
    const int MaxStopStrings = 4, MaxBias = 100;

    public static readonly Field[] Fields =
    [
        Field.Optional("temperature", Shape.Number(0, 2), fallback: 1),
        Field.Optional("top_p", Shape.Number(0, 1), fallback: 1),
        Field.Optional("presence_penalty", Shape.Number(-2, 2), fallback: 0),
        Field.Optional("frequency_penalty", Shape.Number(-2, 2), fallback: 0),
        Field.Optional("seed", Shape.AnyWhole, "The same seed and request give the same answer."),
        Field.Optional("stop", Shape.Either(Shape.Text(1), Shape.List(Shape.Text(1), MaxStopStrings))),
        Field.Optional("logit_bias", Shape.Map(Shape.Number(-MaxBias, MaxBias)), "By the ids of tokens."),
        Field.Optional("n", Shape.Whole(1, SamplingOptions.MostChoices), fallback: 1),
    ];

    /// <summary>Below it a share of the probability keeps the likeliest token alone.</summary>
    const double LeastShare = 1e-6;

    /// <param name="vocabSize">Tokens that can be named.</param>
    public static SamplingOptions Read(JsonFields body, int vocabSize) =>
        new()
        {
            Temperature = (float)(body.Number("temperature") ?? 1),
            TopP = (float)Math.Max(body.Number("top_p") ?? 1, LeastShare),
            PresencePenalty = (float)(body.Number("presence_penalty") ?? 0),
            FrequencyPenalty = (float)(body.Number("frequency_penalty") ?? 0),
            Seed = body.Integer("seed") is { } seed ? unchecked((ulong)seed) : null,
            StopStrings = Stop(body),
            LogitBias = Bias(body, vocabSize),
            Choices = (int)(body.Integer("n") ?? 1),
        };

    static string[] Stop(JsonFields body)
    {
        if (body.Find("stop") is not { } stop)
            return [];
        if (stop.ValueKind == JsonValueKind.String)
            return [body.String("stop")!];
        JsonElement[] items = body.Array("stop")!;
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.String || items[i].GetString()!.Length == 0)
                throw ApiError.Invalid(FormattableString.Invariant($"{JsonFields.Shown(items[i].GetRawText())} is not a text of one character or more - 'stop[{i}]'"), FormattableString.Invariant($"stop[{i}]"));
        }

        return [.. items.Select(item => item.GetString()!)];
    }

    static Dictionary<int, float> Bias(JsonFields body, int vocabSize)
    {
        var bias = new Dictionary<int, float>();
        if (body.Object("logit_bias") is not { } pairs)
            return bias;
        foreach (JsonProperty pair in pairs.Element.EnumerateObject())
        {
            if (!int.TryParse(pair.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= vocabSize)
                throw ApiError.Invalid(FormattableString.Invariant($"'{JsonFields.Shown(pair.Name)}' is not the id of a token; this model's are 0 to {vocabSize - 1} - 'logit_bias'"), "logit_bias");
            if (pairs.Number(pair.Name) is { } value)
                bias[token] = (float)value;
        }

        return bias;
    }
}
