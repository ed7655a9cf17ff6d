using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>What formats say alike about what they found.</summary>
static class SourceNotes
{
    public static string Of(TextEncoding encoding) =>
        encoding.HasMark ? Text.Of($"{encoding.Name} with a byte order mark", $"{encoding.Name}（带字节顺序标记）") : encoding.Name;

    public static string Header(bool hasHeader, bool isGiven, IReadOnlyList<string> columns)
    {
        string names = string.Join(", ", columns);
        if (hasHeader)
            return Text.Of($"columns {names}", $"列 {names}");
        return isGiven
            ? Text.Of($"no header: columns {names}", $"无表头：列 {names}")
            : Text.Of($"the first row looks like data, so there is no header (--header if it is one): columns {names}", $"首行像是数据，视为无表头（若是表头请加 --header）：列 {names}");
    }
}
