using Hone.Engine;
using Hone.Server.VectorStores.Indexes;

namespace Hone.Server.VectorStores.Copying;

/// <summary>Copies the records of a collection into another, of the same or of another system. What is there already as it should be is not sent again, so that a copy that was interrupted goes on.</summary>
public sealed class VectorCopy(IVectorIndex source, VectorPlace from, IVectorIndex target, VectorPlace to)
{
    const int RecordsAtOnce = 500;

    VectorCollection? _from;
    VectorCollection? _to;
    bool _mayBeThere;

    /// <summary>Is told how many records are done.</summary>
    public Action<long>? OnDone { get; init; }

    /// <summary>How many records there were to copy when it began.</summary>
    public long Total { get; private set; }

    /// <summary>Records that were there already as they should be.</summary>
    public long WereThere { get; private set; }

    /// <summary>Records that were written.</summary>
    public long Copied { get; private set; }

    /// <summary>Makes the target where it is not there.</summary>
    /// <param name="isResumed">Whether the target may have records already.</param>
    /// <exception cref="HoneException">There is nothing to copy from, or the target does not fit.</exception>
    public async Task PrepareAsync(bool isResumed, CancellationToken cancel)
    {
        _from = await source.FindAsync(from.Collection, cancel) ?? throw new HoneException(Text.Of(
            $"{from.Address} has no collection \"{from.Collection}\". 'hone vectors list {from.Address}' shows those that there are.",
            $"{from.Address} 中没有集合“{from.Collection}”。'hone vectors list {from.Address}' 可列出已有的集合。"));
        if (_from.Dimensions == 0)
            throw new HoneException(Text.Of($"\"{from.Collection}\" has no records yet, which would say how long its vectors are. There is nothing to copy.", $"“{from.Collection}”还没有记录，无从得知向量的维数。没有可复制的内容。"));
        Total = await source.CountAsync(_from, cancel);
        _to = await target.FindAsync(to.Collection, cancel);
        if (_to is null)
        {
            VectorCollection made = _from with { Name = to.Collection };
            await target.CreateAsync(made, cancel);
            _to = made;
            return;
        }

        if (_to.Dimensions == 0)
            _to = _to with { Dimensions = _from.Dimensions }; // Made elsewhere, and without a record to say so.
        if (_to.Dimensions != _from.Dimensions || _to.Metric != _from.Metric)
            throw new HoneException(Text.Of(
                $"\"{to.Collection}\" has {_to.Dimensions} dimensions and is compared by {_to.Metric}; \"{from.Collection}\" has {_from.Dimensions} and {_from.Metric}. Copy to another name.",
                $"“{to.Collection}”为 {_to.Dimensions} 维、度量 {_to.Metric}；“{from.Collection}”为 {_from.Dimensions} 维、度量 {_from.Metric}。请复制到其他名称。"));
        long there = await target.CountAsync(_to, cancel);
        _mayBeThere = there > 0;
        if (_mayBeThere && !isResumed)
            throw new HoneException(Text.Of(
                $"\"{to.Collection}\" is there already and has {there} records. Add --resume to go on with a copy that was interrupted, or copy to another name.",
                $"“{to.Collection}”已存在，含 {there} 条记录。要继续被中断的复制，请加上 --resume；否则请复制到其他名称。"));
    }

    /// <exception cref="HoneException">A record does not fit, or a database failed. What was written before stays.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        List<VectorRecord> batch = [];
        await foreach (VectorRecord record in source.ScanAsync(_from!, cancel))
        {
            batch.Add(record);
            if (batch.Count == RecordsAtOnce)
                await WriteAsync(batch, cancel);
        }

        await WriteAsync(batch, cancel);
    }

    /// <summary>Compares what is there now with what it was copied from.</summary>
    public Task<CopyVerification> VerifyAsync(CancellationToken cancel) => CopyVerification.OfAsync(source, _from!, target, _to!, cancel);

    async Task WriteAsync(List<VectorRecord> batch, CancellationToken cancel)
    {
        if (batch.Count == 0)
            return;
        List<VectorRecord> missing = batch;
        if (_mayBeThere)
        {
            Dictionary<string, VectorRecord> there = (await target.FetchAsync(_to!, [.. batch.Select(record => record.Id)], cancel)).ToDictionary(record => record.Id, StringComparer.Ordinal);
            missing = [.. batch.Where(record => !(there.TryGetValue(record.Id, out VectorRecord? found) && CopyVerification.IsSame(_to!.Metric, record, found)))];
        }

        if (missing.Count > 0)
            await target.UpsertAsync(_to!, missing, cancel);
        (Copied, WereThere) = (Copied + missing.Count, WereThere + batch.Count - missing.Count);
        batch.Clear();
        OnDone?.Invoke(Copied + WereThere);
    }
}
