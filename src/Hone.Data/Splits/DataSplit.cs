using System.Text.Json;
using Hone.Data.Mapping;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Splits;

/// <summary>
/// Which row of a file belongs to which part. The file is read several times and never held; what stays in memory is some fifty bytes a row.
/// </summary>
public sealed class DataSplit
{
    readonly SplitPart[] _parts;

    DataSplit(SplitPart[] parts, SplitReport report) => (_parts, Report) = (parts, report);

    public SplitReport Report { get; }

    /// <param name="rows">Read up to three times; they must be the same each time.</param>
    /// <exception cref="HoneException">A row lacks a value that it is split by, or there are too few rows that may be parted.</exception>
    public static DataSplit Plan(MappedRows rows, SplitSettings settings, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(settings);
        SplitKeys keys = SplitKeys.Read(rows, settings, cancel);
        if (keys.Count == 0)
            throw new HoneException(Text.Of("There are no rows to split.", "没有可划分的数据。"));

        string? doubt = keys.Times is { } read ? SplitTimes.Doubt(read, settings.TimeColumn!) : null;
        JoinedRows joined = new(keys.Repeats);
        int repeated = keys.Repeats.Select((first, row) => first != row ? 1 : 0).Sum();
        if (keys.Groups is { } groups)
            joined.JoinEqual(groups);
        var units = SplitUnits.Of(joined.Firsts());
        RequireEnough(units, settings.Ratios, keys.Count);

        SplitPart[] parts = keys.Times is { } times
            ? Assignment.ByTime(units, times, settings.Ratios)
            : Assignment.ByChance(units, keys.ClassOfRows ?? new int[keys.Count], settings.Ratios, settings.Seed);
        return new DataSplit(parts, SplitReport.Of(parts, keys, units, repeated) with { TimeDoubt = doubt });
    }

    /// <summary>The rows with their parts, in the order of the file.</summary>
    /// <exception cref="HoneException">The file has other rows than before.</exception>
    public IEnumerable<(SplitPart Part, JsonElement Value)> Assign(MappedRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = 0;
        foreach (MappedRow row in rows.Read())
        {
            if (count == _parts.Length)
                throw MappedRows.HaveChanged();
            yield return (_parts[count++], row.Value);
        }
        if (count < _parts.Length)
            throw MappedRows.HaveChanged();
    }

    static void RequireEnough(SplitUnits units, SplitRatios ratios, int rows)
    {
        int parts = ratios.Shares.Count(share => share > 0);
        if (units.Count >= parts)
            return;
        throw new HoneException(
            units.Count == rows
                ? Text.Of(Invariant($"{Text.Counted(rows, "row")} cannot fill {parts} parts. Bring more, or leave the test out with --test 0."), Invariant($"{rows:N0} 行数据不足以划分成 {parts} 部分。请增加数据，或用 --test 0 不要测试集。"))
                : Text.Of(
                    Invariant($"The {Text.Counted(rows, "row forms only", "rows form only")} {Text.Counted(units.Count, "set")} that must stay together, too few for {parts} parts. Bring more different rows, leave --group out, or let similar prompts be parted with --near 0."),
                    Invariant($"{rows:N0} 行数据只形成 {units.Count:N0} 个不可拆分的集合，不足以划分成 {parts} 部分。请增加不同的数据，去掉 --group，或用 --near 0 允许拆分提示相近的行。")));
    }
}
