using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Data.Embedding;
using Hone.Data.Vectors;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Cli.Analysis;

/// <summary>The records of a collection that are nearest to a query.</summary>
static class IndexSearch
{
    /// <summary>Whether what stands in the place of a file is a collection of an index: <c>KIND:ADDRESS/COLLECTION</c>.</summary>
    public static bool IsPlace(string file) => file.Split(':', 2) is [var kind, _] && VectorIndexes.Kinds.Contains(kind) && !File.Exists(file);

    /// <param name="embed">The vector of the query by a model, of a length.</param>
    /// <param name="textKey">Where the metadata have the text; null for what the vectors were made of, else the longest of their texts.</param>
    public static async Task RunAsync(string file, Func<VectorModel?, int, float[]> embed, int count, string? textKey, Output output, CancellationToken cancel)
    {
        var place = VectorPlace.Parse(file);
        await using IVectorIndex index = VectorIndexes.OpenToRead(place.Address);
        VectorCollection collection = await index.FindAsync(place.Collection, cancel) ?? throw new HoneException(Text.Of(
            $"{place.Address} has no collection \"{place.Collection}\". 'hone vectors list {place.Address}' shows those that there are.",
            $"{place.Address} 中没有集合“{place.Collection}”。'hone vectors list {place.Address}' 可列出已有的集合。"));
        if (collection.Dimensions == 0)
            throw new HoneException(Text.Of($"\"{place.Collection}\" has no records yet, which would say how long its vectors are. There is nothing to find.", $"“{place.Collection}”还没有记录，无从得知向量的维数。没有可查找的内容。"));
        VectorModel? model = await FileRecords.ModelOfAsync(index, collection, cancel);
        float[] vector = embed(model, collection.Dimensions);

        IReadOnlyList<VectorMatch> matches = await index.QueryAsync(collection, new VectorQuery(vector, count), cancel);

        output.Line();
        output.Table([
            [ScoreName(collection.Metric), "id", Text.Of("text", "文本")],
            .. matches.Select(match => new[] { AnalysisScreen.Number(match.Score), AnalysisScreen.Short(match.Id), AnalysisScreen.Short(TextOf(match, textKey, model)) }),
        ]);
        output.Json(new JsonObject
        {
            ["metric"] = collection.Metric.ToString(),
            ["matches"] = new JsonArray([.. matches.Select(match => (JsonNode)new JsonObject
            {
                ["id"] = match.Id,
                ["score"] = match.Score,
                ["text"] = TextOf(match, textKey, model),
                ["metadata"] = JsonSerializer.SerializeToNode(ValuesOf(match)),
            })]),
        });
    }

    static string ScoreName(VectorMetric metric) => metric switch
    {
        VectorMetric.Cosine => Text.Of("similarity", "相似度"),
        VectorMetric.DotProduct => Text.Of("dot product", "点积"),
        _ => Text.Of("distance", "距离"),
    };

    static Dictionary<string, object> ValuesOf(VectorMatch match) => match.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value.Value);

    static string TextOf(VectorMatch match, string? key, VectorModel? model)
    {
        if (key is not null)
            return match.Metadata.TryGetValue(key, out MetadataValue named) ? named.ToString() : "";
        return RowTexts.Recorded(JsonSerializer.SerializeToElement(ValuesOf(match)), model) is { Length: > 0 } recorded
            ? recorded
            : match.Metadata.Where(pair => pair.Key != FileRecords.ModelKey).Select(pair => pair.Value.Text ?? "").MaxBy(text => text.Length) ?? "";
    }
}
