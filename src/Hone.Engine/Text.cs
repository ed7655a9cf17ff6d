using System.Globalization;

namespace Hone.Engine;

/// <summary>Messages for people, in English and in Chinese, written side by side where they are used.</summary>
public static class Text
{
    static readonly AsyncLocal<bool?> Chosen = new();

    /// <summary>Whether messages are Chinese: as chosen for this run (or this request), else as the system's culture says.</summary>
    public static bool IsChinese
    {
        get => Chosen.Value ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        set => Chosen.Value = value;
    }

    /// <summary>The message in the language in use.</summary>
    public static string Of(string english, string chinese) => IsChinese ? chinese : english;

    /// <summary>A number with the English words for what it counts, which Chinese need not: <c>1 row is</c>, <c>2,000 rows are</c>.</summary>
    /// <param name="many">The words for other numbers than one, where these are not <paramref name="one"/> with an s.</param>
    public static string Counted(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");
}
