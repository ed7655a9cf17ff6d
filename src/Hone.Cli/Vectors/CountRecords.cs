using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Cli.Vectors;

/// <summary><c>hone vectors count PLACE</c></summary>
static class CountRecords
{
    public static Command Create()
    {
        Argument<string> place = CopyCollection.PlaceArgument("PLACE");
        return new Command("count", Text.Of("Count the records of a collection", "统计集合中的记录数")) { place }
            .Does((parse, output, cancel) => RunAsync(VectorPlace.Parse(parse.GetRequiredValue(place)), output, cancel).GetAwaiter().GetResult());
    }

    static async Task RunAsync(VectorPlace place, Output output, CancellationToken cancel)
    {
        await using IVectorIndex index = VectorIndexes.OpenToRead(place.Address);
        VectorCollection collection = await index.FindAsync(place.Collection, cancel) ?? throw new VectorCollection(place.Collection, 1, default).NotFound();
        long count = await index.CountAsync(collection, cancel);
        output.Line($"{count}");
        output.Json(new JsonObject { ["name"] = collection.Name, ["dimensions"] = collection.Dimensions, ["metric"] = collection.Metric.ToString(), ["records"] = count });
    }
}
