using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Data.Quality;
using Hone.Data.Vectors;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Cli.Vectors;

/// <summary><c>hone vectors load FILE TO</c>: what <c>hone embed</c> wrote becomes a collection.</summary>
sealed class LoadFile
{
    const int RecordsAtOnce = 500;

    readonly Argument<string> _file = new Argument<string>("FILE") { Description = Text.Of("A file of vectors, as hone embed writes them", "向量文件，如 hone embed 的输出") }.NotEmpty();
    readonly Argument<string> _to = CopyCollection.PlaceArgument("TO");
    readonly Option<string?> _vectors = new("--vectors") { Description = Text.Of("The column with the vectors, where several hold lists", "向量所在的列，用于多列含有列表时"), HelpName = "NAME" };
    readonly Option<string?> _id = new("--id") { Description = Text.Of("The column that names a record (default: the number of the row)", "标识记录的列（默认：行号）"), HelpName = "COLUMN" };
    readonly Option<VectorMetric> _metric = new Option<VectorMetric>("--metric") { Description = Text.Of("How vectors of a new collection are compared", "新集合中向量的比较方式"), HelpName = "cosine|dotproduct|euclidean" }.ByName();
    readonly Option<bool> _add = new("--add") { Description = Text.Of("Add to the records that are there; those with the same id are replaced", "加入已有的记录；id 相同者被替换") };

    public static Command Create() => new LoadFile().CreateCommand();

    Command CreateCommand() =>
        new Command("load", Text.Of("Make a collection of a file of vectors", "由向量文件建立集合")) { _file, _to, _vectors, _id, _metric, _add }
            .Does((parse, output, cancel) => RunAsync(parse, output, cancel).GetAwaiter().GetResult());

    async Task RunAsync(ParseResult parse, Output output, CancellationToken cancel)
    {
        var place = VectorPlace.Parse(parse.GetRequiredValue(_to));
        var file = VectorFile.Open(parse.GetRequiredValue(_file), parse.GetValue(_vectors));
        if (parse.GetValue(_id) is { } column && !file.Columns.Contains(column))
            throw new HoneException(file.Columns.Count == 0
                ? Text.Of($"{file.Path} holds vectors alone, and no column {column}. Leave --id out: then a record is named by the number of its row.", $"{file.Path} 只含向量，没有列 {column}。请去掉 --id：此时以行号标识记录。")
                : Text.Of($"{file.Path} has no column {column}. It has: {string.Join(", ", file.Columns)}.", $"{file.Path} 没有列 {column}。现有：{string.Join("、", file.Columns)}。"));
        FileRecords records = new(file, parse.GetValue(_id));
        long count = records.Count(cancel);

        await using IVectorIndex index = VectorIndexes.Open(place.Address);
        VectorCollection collection = await TargetAsync(parse, index, place, file, cancel);
        await WriteAsync(index, collection, records, count, output, cancel);
        long there = await index.CountAsync(collection, cancel);
        string of = file.Model is { } model ? Text.Of($" by {model}", $"（{model}）") : "";
        output.Line(Text.Of(
            $"{file.Path}: {Text.Counted(count, "record")} of {file.Dimensions} numbers{of} loaded; \"{collection.Name}\" has {there:N0} now. Search them with: hone search {ShellWord.Of(parse.GetRequiredValue(_to))} \"…\"",
            $"{file.Path}：载入 {count:N0} 条 {file.Dimensions} 维记录{of}；“{collection.Name}”现有 {there:N0} 条。可用以下命令搜索：hone search {ShellWord.Of(parse.GetRequiredValue(_to))} \"…\""));
        output.Json(new JsonObject { ["file"] = file.Path, ["name"] = collection.Name, ["loaded"] = count, ["records"] = there, ["dimensions"] = file.Dimensions, ["metric"] = collection.Metric.ToString(), ["model"] = file.Model?.ToString() });
    }

    /// <summary>The collection, which is made where there is none.</summary>
    async Task<VectorCollection> TargetAsync(ParseResult parse, IVectorIndex index, VectorPlace place, VectorFile file, CancellationToken cancel)
    {
        VectorCollection wanted = new(place.Collection, file.Dimensions, parse.GetValue(_metric));
        if (await index.FindAsync(place.Collection, cancel) is not { } found)
        {
            await index.CreateAsync(wanted, cancel);
            return wanted;
        }

        long there = await index.CountAsync(found, cancel);
        if (there > 0 && !parse.GetValue(_add))
            throw new HoneException(Text.Of(
                $"\"{found.Name}\" is there already and has {there:N0} records. Add --add to add to them, where records with the same id are replaced, or load to another name.",
                $"“{found.Name}”已存在，含 {there:N0} 条记录。加上 --add 可加入其中（id 相同者被替换），或载入到其他名称。"));
        if (found.Dimensions != 0 && found.Dimensions != file.Dimensions)
            throw new HoneException(Text.Of($"\"{found.Name}\" holds vectors of {found.Dimensions} numbers, and {file.Path} of {file.Dimensions}. Load to another name.", $"“{found.Name}”的向量为 {found.Dimensions} 维，而 {file.Path} 的为 {file.Dimensions} 维。请载入到其他名称。"));
        if (parse.CommandResult.IsGiven(_metric) && found.Metric != wanted.Metric)
            throw new HoneException(Text.Of($"\"{found.Name}\" is compared by {found.Metric}. Leave --metric out, or load to another name.", $"“{found.Name}”的度量为 {found.Metric}。请去掉 --metric，或载入到其他名称。"));
        if (file.Model is { } model && await FileRecords.ModelOfAsync(index, found, cancel) is { } known && !known.IsSame(model))
            throw new HoneException(Text.Of($"\"{found.Name}\" holds vectors of {known}, and {file.Path} of {model}: vectors of two models cannot be compared. Load to another name.", $"“{found.Name}”的向量来自 {known}，而 {file.Path} 的来自 {model}：不同模型的向量不能比较。请载入到其他名称。"));
        return found with { Dimensions = file.Dimensions };
    }

    static async Task WriteAsync(IVectorIndex index, VectorCollection collection, FileRecords records, long count, Output output, CancellationToken cancel)
    {
        using Progress progress = new(output, count);
        long done = 0;
        try
        {
            foreach (VectorRecord[] part in records.Read().Chunk(RecordsAtOnce))
            {
                await index.UpsertAsync(collection, part, cancel);
                progress.Report(done += part.Length, Text.Of("records", "条记录"));
            }
        }
        catch (Exception stop) when (stop is OperationCanceledException or HoneException)
        {
            string soFar = Text.Of($"Stopped after {done} of {count} records. Run the same command with --add to go on.", $"已停止：完成 {done}/{count} 条记录。用同一命令加 --add 继续。");
            throw new HoneException(stop is HoneException ? $"{stop.Message} {soFar}" : soFar, stop);
        }
    }
}
