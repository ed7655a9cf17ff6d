using Hone.Engine;

namespace Hone.Data.Formats;

/// <summary>Some lines of a file within a message.</summary>
static class LineList
{
    /// <summary>Their numbers, and that there are more.</summary>
    public static string Of(IEnumerable<int> lines, bool areMore) => string.Join(Text.Of(", ", "、"), lines) + (areMore ? Text.Of(", …", "……") : "");
}
