using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Engine;
using static System.FormattableString;

namespace Hone.Data.Quality.Consistency;

/// <summary>Ways of writing that most answers share and a few do not.</summary>
sealed partial class AnswerFormats : QualityCheck
{
    const int FewestRows = 20;

    // In this share of the answers a way of writing is a deviation, beyond it a habit of its own.
    const double MostDeviations = 0.1;

    /// <summary>What is looked at: whether an answer has the trait, null where the question makes no sense for it.</summary>
    readonly Trait[] _traits =
    [
        new(
            "json",
            40,
            () => Text.Of("consist of JSON", "是 JSON"),
            answer => IsJson(answer)),
        new("leading_space", 60, () => Text.Of("begin with a space", "以空格开头"), answer => answer.Length == 0 ? null : answer[0] == ' '),
        new(
            "final_stop",
            15,
            () => Text.Of("end with a full stop or the like", "以句号等标点结尾"),
            answer => EndsInLetter().IsMatch(answer) ? false : EndsInStop().IsMatch(answer) ? true : null),
        new(
            "capital",
            10,
            () => Text.Of("begin with a capital letter", "以大写字母开头"),
            answer => answer.TrimStart() is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ..] trimmed ? char.IsUpper(trimmed[0]) : null),
        new("markdown", 8, () => Text.Of("use Markdown", "使用 Markdown"), answer => answer.Length == 0 ? null : Markdown().IsMatch(answer)),
        new("html", 25, () => Text.Of("hold HTML", "含有 HTML"), answer => answer.Length == 0 ? null : Html().IsMatch(Prose.Of(answer))),
    ];

    public override void Judge(QualityRow row)
    {
        if (row.Part != DataPart.Train)
            return;
        foreach (Trait trait in _traits)
            trait.Judge(row);
    }

    public override IEnumerable<QualityFinding> Conclude()
    {
        foreach (Trait trait in _traits)
            if (Deviation(trait) is { } finding)
                yield return finding;
    }

    static QualityFinding? Deviation(Trait trait)
    {
        int all = trait.With.Count + trait.Without.Count;
        PlaceList few = trait.With.Count > trait.Without.Count ? trait.Without : trait.With;
        if (all < FewestRows || few.Count == 0 || few.Count > all * MostDeviations)
            return null;
        string name = trait.Name();
        return new QualityFinding(
            $"mixed_format_{trait.Code}",
            QualityArea.Consistency,
            Text.Of(
                Invariant($"Answers that {name}: {trait.With.Count:N0}; that do not: {trait.Without.Count:N0}."),
                Invariant($"{name}的回答：{trait.With.Count:N0} 个；不是的：{trait.Without.Count:N0} 个。")),
            Text.Of("Write all answers in one way, unless the prompt tells which way is wanted.", "请统一所有回答的写法，除非提示说明了要哪种写法。")
        )
        {
            Examples = few.Count,
            Of = all,
            Weight = trait.Weight,
            Places = few.First,
        };
    }

    static bool? IsJson(string answer)
    {
        ReadOnlySpan<char> trimmed = answer.AsSpan().Trim();
        if (trimmed.Length == 0)
            return null;
        if (trimmed is not (['{', .., '}'] or ['[', .., ']']))
            return false;
        try
        {
            using var document = JsonDocument.Parse(answer);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\p{L}\s*$", RegexOptions.RightToLeft)]
    private static partial Regex EndsInLetter();

    [GeneratedRegex(@"[.!?。！？…]['""”’」）)]*\s*$", RegexOptions.RightToLeft)]
    private static partial Regex EndsInStop();

    [GeneratedRegex(@"^#{1,6} \S|^[ \t]*[-*] \S.*\n[ \t]*[-*] |\*\*[^*\n]+\*\*|^```|^\|.+\|[ \t]*$|\[[^\[\]\n]+\]\(https?:", RegexOptions.Multiline)]
    private static partial Regex Markdown();

    [GeneratedRegex(@"</(?:p|div|span|a|b|i|li|ul|ol|table|h[1-6]|strong|em|font)>|<br ?/?>|&(?:nbsp|amp|lt|gt|quot|#\d{2,5});", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Html();

    /// <summary>A way of writing, and which answers have it.</summary>
    sealed record Trait(string Code, int Weight, Func<string> Name, Func<string, bool?> Has)
    {
        public PlaceList With { get; } = new();

        public PlaceList Without { get; } = new();

        public void Judge(QualityRow row)
        {
            if (Has(row.Sample.Answer) is { } has)
                (has ? With : Without).Add(row, row.Sample.Answer);
        }
    }
}
