using Hone.Data.Formats;
using Hone.Engine;

namespace Hone.Data.Sources;

/// <summary>What formats say alike about what they found.</summary>
public static class SourceNotes
{
    internal static string Of(TextEncoding encoding) =>
        encoding.HasMark ? Text.Of($"{encoding.Name} with a byte order mark", $"{encoding.Name}（带字节顺序标记）") : encoding.Name;

    /// <summary>Names in a row, of which a person reads no more than twenty.</summary>
    public static string List(IReadOnlyList<string> names)
    {
        const int shown = 20;
        string listed = string.Join(Text.Of(", ", "、"), names.Take(shown).Select(Excerpt.Of));
        return names.Count <= shown ? listed : Text.Of($"{listed}, … ({names.Count} in all)", $"{listed}……（共 {names.Count} 个）");
    }

    internal static string Header(bool hasHeader, bool isGiven, IReadOnlyList<string> columns)
    {
        string names = List(columns);
        if (hasHeader)
            return Text.Of($"columns {names}", $"列 {names}");
        return isGiven
            ? Text.Of($"no header: columns {names}", $"无表头：列 {names}")
            : Text.Of($"the first row looks like data, so there is no header (--header if it is one): columns {names}", $"首行像是数据，视为无表头（若是表头请加 --header）：列 {names}");
    }
}
