using System.Text.Json.Nodes;
using Hone.Engine.Generation;
using Hone.Engine.Tokenizers;

namespace Hone.Cli.Generation;

/// <summary>A continuation as the records of <c>complete</c> and <c>chat</c> show it.</summary>
static class GeneratedTextJson
{
    public static JsonObject Of(GeneratedText text, Tokenizer tokenizer)
    {
        var record = new JsonObject
        {
            ["text"] = text.Text,
            ["tokens"] = text.Tokens.Count,
            ["finish_reason"] = text.Finish == FinishReason.Stop ? "stop" : "length",
            ["token_ids"] = new JsonArray([.. text.Tokens.Select(id => (JsonNode)id)]),
        };
        if (text.LogProbabilities.Count > 0)
            record["logprobs"] = new JsonArray([.. text.LogProbabilities.Select(item => LogProbability(item, tokenizer))]);
        return record;
    }

    static JsonObject LogProbability(TokenLogProbability item, Tokenizer tokenizer) =>
        new()
        {
            ["token"] = tokenizer.TokenText(item.Id),
            ["id"] = item.Id,
            ["logprob"] = item.LogProbability,
            ["top_logprobs"] = new JsonArray(
                [.. item.Top.Select(top => new JsonObject { ["token"] = tokenizer.TokenText(top.Id), ["id"] = top.Id, ["logprob"] = top.LogProbability })]),
        };
}
