using System.Text.RegularExpressions;

namespace Hone.Data.Quality;

/// <summary>What people wrote, without code and addresses of pages, which have no language and a format of their own.</summary>
static partial class Prose
{
    public static string Of(string text) => text.Contains('`', StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal) ? Code().Replace(text, "") : text;

    [GeneratedRegex(@"```.*?(?:```|$)|`[^`\n]*`|https?://\S+", RegexOptions.Singleline)]
    private static partial Regex Code();
}
