using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Cli.Vectors;

/// <summary><c>hone vectors list ADDRESS</c></summary>
static class ListCollections
{
    public static Command Create()
    {
        Argument<string> address = new("ADDRESS") { Description = Text.Of("An index, as in qdrant://localhost:6333 or folder:vectors", "索引地址，例如 qdrant://localhost:6333 或 folder:vectors") };
        return new Command("list", Text.Of("List the collections", "列出集合")) { address }
            .Does((parse, output, cancel) => RunAsync(parse.GetRequiredValue(address), output, cancel).GetAwaiter().GetResult());
    }

    static async Task RunAsync(string address, Output output, CancellationToken cancel)
    {
        await using IVectorIndex index = VectorIndexes.OpenToRead(address);
        List<string[]> rows = [[Text.Of("NAME", "名称"), Text.Of("DIMENSIONS", "维数"), Text.Of("METRIC", "度量"), Text.Of("RECORDS", "记录数")]];
        foreach (VectorCollection collection in (await index.ListAsync(cancel)).OrderBy(collection => collection.Name, StringComparer.Ordinal))
        {
            long count = await index.CountAsync(collection, cancel);
            rows.Add([collection.Name, collection.Dimensions.ToString(CultureInfo.InvariantCulture), collection.Metric.ToString(), count.ToString(CultureInfo.InvariantCulture)]);
            output.Json(new JsonObject { ["name"] = collection.Name, ["dimensions"] = collection.Dimensions, ["metric"] = collection.Metric.ToString(), ["records"] = count });
        }

        if (rows.Count == 1)
            output.Line(Text.Of($"{address} has no collections.", $"{address} 中没有集合。"));
        else
            output.Table(rows);
        output.Json(new JsonObject { ["collections"] = rows.Count - 1 });
    }
}
