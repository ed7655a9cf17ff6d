using Hone.Engine;

namespace Hone.Data.Splits;

/// <summary>Gives every unit of rows to a part. No part that is wanted stays empty while another has two units.</summary>
sealed class Assignment
{
    static readonly int Parts = Enum.GetValues<SplitPart>().Length;

    readonly SplitUnits _units;
    readonly SplitRatios _ratios;
    readonly SplitPart[] _partOfUnit;
    readonly int[] _unitCounts = new int[Parts];

    Assignment(SplitUnits units, SplitRatios ratios) => (_units, _ratios, _partOfUnit) = (units, ratios, new SplitPart[units.Count]);

    /// <summary>By chance. Without units of several rows the counts are those of <see cref="Apportionment"/>; else they come as near as whole units allow, large ones first.</summary>
    /// <param name="classes">The class of each row, counted from 0.</param>
    /// <returns>The part of each row.</returns>
    public static SplitPart[] ByChance(SplitUnits units, int[] classes, SplitRatios ratios, ulong seed)
    {
        int[] sizes = new int[classes.Max() + 1];
        foreach (int each in classes)
            sizes[each]++;
        int[][] wanted = Apportionment.Of(sizes, ratios.Shares);
        int[][] open = [.. wanted.Select(row => row.ToArray())];

        Assignment assignment = new(units, ratios);
        int[] order = LargeFirst(units, seed);
        foreach (int unit in order)
        {
            int part = assignment.ChoosePart(unit, classes, open, wanted);
            assignment.Give(unit, part);
            foreach (int row in units[unit])
                open[classes[row]][part]--;
        }
        assignment.FillEmpty(order);
        return assignment.PartOfRows(classes.Length);
    }

    /// <summary>The oldest units for training, the newest for the test. A unit is as old as its newest row, so that training holds nothing newer than what follows.</summary>
    /// <param name="times">The time of each row.</param>
    public static SplitPart[] ByTime(SplitUnits units, long[] times, SplitRatios ratios)
    {
        int[] wanted = Apportionment.Of([times.Length], ratios.Shares)[0];
        Assignment assignment = new(units, ratios);
        int part = 0;
        int left = wanted[0];
        int unitsLeft = units.Count;
        foreach (int unit in OldestFirst(units, times))
        {
            while (assignment.IsFull(part, left, unit, unitsLeft))
                left += wanted[++part];
            assignment.Give(unit, part);
            left -= units.SizeOf(unit);
            unitsLeft--;
        }
        return assignment.PartOfRows(times.Length);
    }

    /// <summary>Whether the next unit goes to a later part: more than half of it would be too much here, or the later parts would stay empty.</summary>
    bool IsFull(int part, int rowsLeft, int unit, int unitsLeft)
    {
        int others = _ratios.Shares.Skip(part + 1).Count(share => share > 0);
        bool hasEnough = _ratios.Shares[part] == 0 || (_unitCounts[part] > 0 && (rowsLeft * 2L < _units.SizeOf(unit) || unitsLeft <= others));
        return others > 0 && hasEnough;
    }

    /// <summary>The part that has room, and most of it in proportion; where none has, the one that overflows least.</summary>
    int ChoosePart(int unit, int[] classes, int[][] open, int[][] wanted)
    {
        int best = -1;
        (int Overflow, double Room) of = default;
        KeyValuePair<int, int>[] counts = ClassesOf(unit, classes);
        for (int part = 0; part < Parts; part++)
        {
            if (_ratios.Shares[part] == 0)
                continue;
            (int Overflow, double Room) next = (0, 0);
            foreach ((int each, int count) in counts)
            {
                next.Overflow += Math.Max(0, count - Math.Max(0, open[each][part]));
                next.Room += wanted[each][part] == 0 ? 0 : count * (double)open[each][part] / wanted[each][part];
            }
            if (best < 0 || next.Overflow < of.Overflow || (next.Overflow == of.Overflow && next.Room > of.Room))
                (best, of) = (part, next);
        }
        return best;
    }

    /// <summary>How many rows of which class a unit has.</summary>
    KeyValuePair<int, int>[] ClassesOf(int unit, int[] classes)
    {
        ReadOnlySpan<int> rows = _units[unit];
        return rows.Length == 1 ? [new(classes[rows[0]], 1)] : [.. rows.ToArray().CountBy(row => classes[row])];
    }

    void Give(int unit, int part)
    {
        _partOfUnit[unit] = (SplitPart)part;
        _unitCounts[part]++;
    }

    /// <summary>A part that is wanted and got nothing takes the smallest unit that another part can spare.</summary>
    void FillEmpty(int[] largeFirst)
    {
        for (int part = 0; part < Parts; part++)
        {
            if (_ratios.Shares[part] == 0 || _unitCounts[part] > 0)
                continue;
            int place = Array.FindLastIndex(largeFirst, unit => _unitCounts[(int)_partOfUnit[unit]] > 1);
            if (place < 0)
                return;
            _unitCounts[(int)_partOfUnit[largeFirst[place]]]--;
            Give(largeFirst[place], part);
        }
    }

    SplitPart[] PartOfRows(int rows)
    {
        var parts = new SplitPart[rows];
        for (int unit = 0; unit < _units.Count; unit++)
            foreach (int row in _units[unit])
                parts[row] = _partOfUnit[unit];
        return parts;
    }

    /// <summary>By their size, those of one size by chance.</summary>
    static int[] LargeFirst(SplitUnits units, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, units.Count)];
        new SeededRandom(seed).Shuffle<int>(order);
        Array.Sort([.. order.Select((unit, place) => ((long)-units.SizeOf(unit) << 32) + place)], order);
        return order;
    }

    /// <summary>By their newest row; at the same moment in the order of the file.</summary>
    static int[] OldestFirst(SplitUnits units, long[] times)
    {
        long[] newest = new long[units.Count];
        for (int unit = 0; unit < newest.Length; unit++)
        {
            newest[unit] = long.MinValue;
            foreach (int row in units[unit])
                newest[unit] = Math.Max(newest[unit], times[row]);
        }

        int[] order = [.. Enumerable.Range(0, units.Count)];
        Array.Sort(newest, order);
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && newest[end] == newest[start])
                end++;
            order.AsSpan(start..end).Sort();
        }
        return order;
    }
}
