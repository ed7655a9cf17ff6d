using System.Globalization;

namespace Hone.Cli;

/// <summary>Large numbers as people read them: <c>1.2 GB</c>, <c>494 M</c>.</summary>
static class Quantity
{
    static readonly string[] Prefixes = ["", "K", "M", "G", "T"];

    public static string Bytes(long count) => Short(count, Prefixes) + "B";

    public static string Count(long count) => Short(count, ["", "K", "M", "B", "T"]).TrimEnd();

    static string Short(double value, string[] prefixes)
    {
        int index = 0;
        while (value >= 999.5 && index < prefixes.Length - 1)
        {
            value /= 1000;
            index++;
        }

        string format = index == 0 || value >= 99.95 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {prefixes[index]}";
    }
}
