using System.Text.Json.Serialization;

namespace Hone.Data.Pairs;

/// <summary>What a file of pairs of texts says about them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PairKind>))]
public enum PairKind
{
    /// <summary>The two belong together; there may be texts that only look as if they did.</summary>
    [JsonStringEnumMemberName("matching")]
    Matching,

    /// <summary>How alike the two are.</summary>
    [JsonStringEnumMemberName("scored")]
    Scored,
}
