using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Server.VectorStores.Copying;
using Hone.Server.VectorStores.Indexes;
using static System.FormattableString;

namespace Hone.Cli.Vectors;

/// <summary><c>hone vectors copy FROM TO</c></summary>
static class CopyCollection
{
    const int ShownIds = 5;

    public static Command Create()
    {
        Argument<string> from = PlaceArgument("FROM");
        Argument<string> to = PlaceArgument("TO");
        Option<bool> resume = new("--resume") { Description = Text.Of("Go on with a copy that was interrupted: what is there already is not sent again", "继续被中断的复制：已有的记录不再发送") };
        return new Command("copy", Text.Of("Copy a collection to any other index, and compare both afterwards", "把集合复制到任意索引，完成后比对两者")) { from, to, resume }
            .Does((parse, output, cancel) => RunAsync(VectorPlace.Parse(parse.GetRequiredValue(from)), VectorPlace.Parse(parse.GetRequiredValue(to)), parse.GetValue(resume), output, cancel).GetAwaiter().GetResult());
    }

    /// <summary>A collection and where it is.</summary>
    public static Argument<string> PlaceArgument(string name) =>
        new(name) { Description = Text.Of("A collection, as in qdrant://localhost:6333/docs or folder:vectors/docs", "集合的位置，例如 qdrant://localhost:6333/docs 或 folder:vectors/docs") };

    static async Task RunAsync(VectorPlace from, VectorPlace to, bool isResumed, Output output, CancellationToken cancel)
    {
        bool isOneIndex = VectorIndexes.IsSame(from.Address, to.Address);
        if (isOneIndex && from.Collection == to.Collection)
            throw new HoneException(Text.Of("FROM and TO are the same collection. Copy to another name.", "FROM 与 TO 是同一个集合。请复制到其他名称。"));
        await using IVectorIndex source = VectorIndexes.OpenToRead(from.Address);
        // One process opens a folder once: a copy inside of it has one index for both.
        IVectorIndex target = isOneIndex ? source : VectorIndexes.Open(to.Address);
        try
        {
            Progress? progress = null;
            VectorCopy copy = new(source, from, target, to) { OnDone = done => progress?.Report(done, Text.Of("records", "条记录")) };
            await copy.PrepareAsync(isResumed, cancel);
            try
            {
                using (progress = new Progress(output, copy.Total))
                    await copy.RunAsync(cancel);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or HoneException)
            {
                string soFar = Text.Of(
                    $"Stopped after {copy.Copied + copy.WereThere} of {copy.Total} records. Run the same command with --resume to go on.",
                    $"已停止：完成 {copy.Copied + copy.WereThere}/{copy.Total} 条记录。用同一命令加 --resume 继续。");
                throw new HoneException(stopped is HoneException ? $"{stopped.Message} {soFar}" : soFar, stopped);
            }

            Report(copy, await copy.VerifyAsync(cancel), output);
        }
        finally
        {
            if (!ReferenceEquals(source, target))
                await target.DisposeAsync();
        }
    }

    static void Report(VectorCopy copy, CopyVerification found, Output output)
    {
        output.Line(Text.Of($"Copied {copy.Copied} records; {copy.WereThere} were there already.", $"复制了 {copy.Copied} 条记录；{copy.WereThere} 条此前已存在。"));
        output.Line(Text.Of($"Records: {found.SourceCount} in the source, {found.TargetCount} in the copy.", $"记录数：来源 {found.SourceCount}，副本 {found.TargetCount}。"));
        output.Line(Text.Of($"Compared: {found.Compared} records drawn at random, {found.Different.Count} differ.", $"比对：随机抽取 {found.Compared} 条记录，{found.Different.Count} 条不同。"));
        output.Line(Text.Of(Invariant($"Queries: {found.Queries}, of their nearest records {found.Agreement:P1} agree."), Invariant($"查询：{found.Queries} 次，最近记录一致率 {found.Agreement:P1}。")));
        output.Json(new JsonObject
        {
            ["copied"] = copy.Copied,
            ["were_there"] = copy.WereThere,
            ["source_records"] = found.SourceCount,
            ["target_records"] = found.TargetCount,
            ["compared"] = found.Compared,
            ["different"] = found.Different.Count,
            ["queries"] = found.Queries,
            ["agreement"] = Math.Round(found.Agreement, 4),
        });
        if (found.IsGood)
            return;
        string ids = string.Join(", ", found.Different.Take(ShownIds));
        string which = ids.Length > 0 ? Text.Of($" These differ, for example: {ids}.", $"例如以下记录不同：{ids}。") : "";
        throw new HoneException(Text.Of($"The copy is not what it was copied from.{which} Was one of the two written meanwhile? Run again with --resume.", $"副本与来源不一致。{which}期间是否有写入？请加 --resume 重新运行。"));
    }
}
