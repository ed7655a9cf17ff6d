using System.Text;
using Hone.Engine;

namespace Hone.Data.Prepare.Rules;

/// <summary>
/// Finds a column with more than one capital among three letters that have case. Where most letters have none, as in Chinese, the few that do are abbreviations: they stay as they are.
/// </summary>
static class UpperCase
{
    public static Remedy? Check(Frame frame, string column)
    {
        (long upper, long lower, long others) = (0, 0, 0);
        foreach (Rune rune in frame.Rows.SelectMany(row => (column == Frame.Prompt ? row.Prompt : row.Completion).EnumerateRunes()))
        {
            if (Rune.IsUpper(rune))
                upper++;
            else if (Rune.IsLower(rune))
                lower++;
            else if (Rune.IsLetter(rune))
                others++;
        }
        if (2 * upper <= lower || upper + lower < others)
            return null;
        return new Remedy("lower_case")
        {
            Finding = Text.Of(
                $"More than a third of the letters in `{column}` are capitals. Models read ordinary writing better; write it in lower case if nothing is lost.",
                $"`{column}` 中超过三分之一的字母是大写。模型更擅长普通写法；如果不影响含义，请改为小写。"),
            Recommended = new Fix(
                Text.Of($"Write `{column}` in lower case", $"把 `{column}` 改为小写"),
                it => column == Frame.Prompt ? it.WithPrompts(ToLower) : it.WithCompletions(ToLower)
            ),
        };
    }

    static string ToLower(string text)
    {
        StringBuilder lower = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            lower.Append(Rune.ToLowerInvariant(rune));
        return lower.ToString();
    }
}
