using System.Text.Json;
using Hone.Data.Quality.Similarity;

namespace Hone.Data.Deduplication;

/// <summary>A number for what a row holds, whatever the order of its members and the way in which its texts are escaped. Among ten million rows two different ones meet in one of 400 000 files.</summary>
static class RowHash
{
    public static ulong Of(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Aggregate(1ul, (sum, member) => sum + NormalText.Mix(NormalText.Hash(member.Name) + Of(member.Value))),
            JsonValueKind.Array => value.EnumerateArray().Aggregate(2ul, (hash, item) => NormalText.Mix(hash + Of(item))),
            JsonValueKind.String => NormalText.Hash(value.GetString()),
            _ => NormalText.Mix(3 + NormalText.Hash(value.GetRawText())),
        };
}
