using System.Globalization;
using System.Text;

namespace Hone.Engine.ChatTemplates.Jinja;

/// <summary>Python's <c>strftime</c> with English names.</summary>
static class DateFormat
{
    public static string Write(DateTimeOffset time, string format)
    {
        StringBuilder result = new();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }

            bool isUnpadded = format[++i] == '-' && i + 1 < format.Length;
            if (isUnpadded)
                i++;
            string field = Field(time, format[i]);
            result.Append(isUnpadded && field.Length > 1 ? field.TrimStart('0').PadLeft(1, '0') : field);
        }
        return result.ToString();
    }

    static string Field(DateTimeOffset time, char directive) =>
        directive switch
        {
            'Y' => In(time, "yyyy"),
            'y' => In(time, "yy"),
            'm' => In(time, "MM"),
            'd' => In(time, "dd"),
            'e' => In(time, "dd").TrimStart('0').PadLeft(2),
            'H' => In(time, "HH"),
            'I' => In(time, "hh"),
            'M' => In(time, "mm"),
            'S' => In(time, "ss"),
            'p' => In(time, "tt"),
            'a' => In(time, "ddd"),
            'A' => In(time, "dddd"),
            'b' or 'h' => In(time, "MMM"),
            'B' => In(time, "MMMM"),
            'F' => In(time, "yyyy-MM-dd"),
            'T' => In(time, "HH:mm:ss"),
            'D' => In(time, "MM'/'dd'/'yy"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'z' => In(time, "zzz").Replace(":", "", StringComparison.Ordinal),
            '%' => "%",
            _ => "%" + directive,
        };

    static string In(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
