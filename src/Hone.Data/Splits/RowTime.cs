using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hone.Data.Splits;

/// <summary>Moments as people and programs write them.</summary>
static partial class RowTime
{
    // Above this a count since 1970 is one of milliseconds: in seconds it would be the year 5138.
    const long FirstMilliseconds = 100_000_000_000;

    static readonly string[] Formats = ["yyyy", "yyyyMMdd", "yyyyMMddHHmmss", "yyyyMMdd HHmmss", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmssK"];

    /// <returns>Ticks of universal time; a time without a zone is taken for universal. Null where the value is no time, has no year (the day of the run would decide where its row goes), or one whose day and month could be confused.</returns>
    public static long? Ticks(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => OfText(value.GetRawText()),
            JsonValueKind.String => OfText(value.GetString()!.Trim()),
            _ => null,
        };

    static long? OfText(string text)
    {
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset compact))
            return compact.UtcTicks;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double count))
            return OfCount(count);
        string western = ChineseDate().Replace(text, "${year}-${month}-${day} ");
        if (DayAndMonth().IsMatch(western) || !Year().IsMatch(TimeOfDay().Replace(western, " ")))
            return null;

        return DateTimeOffset.TryParse(western, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time.UtcTicks : null;
    }

    /// <summary>Seconds or milliseconds since 1970.</summary>
    static long? OfCount(double count)
    {
        double seconds = Math.Abs(count) < FirstMilliseconds ? count : count / 1000;
        return Math.Abs(seconds) < FirstMilliseconds ? DateTime.UnixEpoch.Ticks + (long)(seconds * TimeSpan.TicksPerSecond) : null;
    }

    [GeneratedRegex(@"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")]
    private static partial Regex DayAndMonth();

    [GeneratedRegex(@"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([+-]\d{2}:?\d{2})?")]
    private static partial Regex TimeOfDay();

    /// <summary>Four digits, or two behind a day and the name of its month.</summary>
    [GeneratedRegex(@"(?<!\d)\d{4}(?!\d)|\b\d{1,2}[ -]?[A-Za-z]{3,}[ -]\d{2}\b")]
    private static partial Regex Year();

    [GeneratedRegex(@"(?<year>\d{4})\s*年\s*(?<month>\d{1,2})\s*月\s*(?<day>\d{1,2})\s*[日号]\s*")]
    private static partial Regex ChineseDate();
}
