using System.Text.Json.Nodes;

namespace Hone.Data.Quality;

/// <summary>A score card for programs; names in snake_case.</summary>
public static class QualityJson
{
    public static JsonObject ToJson(this QualityFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new JsonObject
        {
            ["code"] = finding.Code,
            ["area"] = Word(finding.Area),
            ["severity"] = Word(finding.Severity),
            ["examples"] = finding.Examples,
            ["of"] = finding.Of,
            ["penalty"] = finding.Deduction,
            ["what"] = finding.What,
            ["fix"] = finding.Fix,
            ["places"] = new JsonArray([.. finding.Places.Select(place => (JsonNode)new JsonObject { ["part"] = Word(place.Part), ["line"] = place.Line, ["excerpt"] = place.Excerpt })]),
        };
    }

    /// <summary>The scores and figures; the findings stand in lines of their own.</summary>
    public static JsonObject ToJson(this QualityReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new JsonObject
        {
            ["score"] = report.Score,
            ["scores"] = new JsonObject(report.Scores.Select(score => KeyValuePair.Create(Word(score.Key), (JsonNode?)score.Value))),
            ["examples"] = new JsonObject(report.Examples.Select(part => KeyValuePair.Create(Word(part.Key), (JsonNode?)part.Value))),
            ["findings"] = report.Findings.Count,
            ["usable"] = report.IsUsable,
            ["figures"] = new JsonObject(report.Figures.Select(figure => KeyValuePair.Create(figure.Code, (JsonNode?)figure.Value))),
        };
    }

    static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
