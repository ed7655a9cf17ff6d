using System.Globalization;
using Hone.Engine;

namespace Hone.Data.Splits;

/// <summary>Whether the values of a column that rows are split by are times at all: any number can be read as one.</summary>
static class SplitTimes
{
    const int FewestTimes = 3;

    /// <summary>Numbers below it, such as labels, ratings and counters, are no moments that anybody noted in seconds.</summary>
    static readonly TimeSpan FirstDays = TimeSpan.FromDays(10);

    /// <param name="times">Ticks of universal time, at least one.</param>
    /// <returns>A sentence on what was read where it may not be meant; null for times that look like some.</returns>
    /// <exception cref="HoneException">There are one or two times, at the beginning of 1970: it is a column of labels.</exception>
    public static string? Doubt(long[] times, string column)
    {
        bool areFew = times.Distinct().Take(FewestTimes).Count() < FewestTimes;
        (string first, string last) = (Say(times.Min()), Say(times.Max()));
        bool areNumbers = times.All(ticks => ticks >= DateTime.UnixEpoch.Ticks && ticks - DateTime.UnixEpoch.Ticks < FirstDays.Ticks);
        if (areFew && areNumbers)
            throw new HoneException(Text.Of(
                $"The column {column} is no time: its numbers were read as seconds since 1970, from {first} to {last}. Name a column of times with --time; --stratify is for classes, --group for what belongs together.",
                $"列 {column} 不是时间：其中的数按 1970 年以来的秒数读取，从 {first} 到 {last}。请用 --time 指定时间列；类别请用 --stratify，应放在一起的行请用 --group。"));
        if (areNumbers)
            return Text.Of(
                $"The numbers of the column {column} were read as seconds since 1970, from {first} to {last}: the rows are in their order, but is this a time?",
                $"列 {column} 中的数按 1970 年以来的秒数读取，从 {first} 到 {last}：各行按此排序，但这是时间吗？");
        return areFew
            ? Text.Of($"The column {column} has fewer than {FewestTimes} different times, from {first} to {last}: rows of the same time stand in the order of the file.", $"列 {column} 中不同的时间少于 {FewestTimes} 个，从 {first} 到 {last}：时间相同的行按文件中的顺序排列。")
            : null;
    }

    static string Say(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
