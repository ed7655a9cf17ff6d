using System.Globalization;
using System.Text.Json;
using Hone.Engine.Generation;
using Hone.Server.Http;

namespace Hone.Server.Inference;

/// <summary>The parameters about how tokens are chosen, which chat and text completions have in common.</summary>
static class SamplingFields
{
    const int MaxChoices = 128, MaxStopStrings = 4, MaxBias = 100;

    /// <summary>Below it a share of the probability keeps the likeliest token alone.</summary>
    const double LeastShare = 1e-6;

    /// <param name="vocabSize">Tokens that can be named.</param>
    public static SamplingOptions Read(JsonFields body, int vocabSize) =>
        new()
        {
            Temperature = (float)(body.Number("temperature", 0, 2) ?? 1),
            TopP = (float)Math.Max(body.Number("top_p", 0, 1) ?? 1, LeastShare),
            PresencePenalty = (float)(body.Number("presence_penalty", -2, 2) ?? 0),
            FrequencyPenalty = (float)(body.Number("frequency_penalty", -2, 2) ?? 0),
            Seed = body.Integer("seed") is { } seed ? unchecked((ulong)seed) : null,
            StopStrings = Stop(body),
            LogitBias = Bias(body, vocabSize),
            Choices = (int)(body.Integer("n", 1, MaxChoices) ?? 1),
        };

    static string[] Stop(JsonFields body)
    {
        if (body.Find("stop") is not { } stop)
            return [];
        if (stop.ValueKind == JsonValueKind.String)
            return [body.String("stop", minLength: 1)!];
        JsonElement[] items = body.Array("stop", MaxStopStrings)!;
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
            if (pairs.Number(pair.Name, -MaxBias, MaxBias) is { } value)
                bias[token] = (float)value;
        }

        return bias;
    }
}
