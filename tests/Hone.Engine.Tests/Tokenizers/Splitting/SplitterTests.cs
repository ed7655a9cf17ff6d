using System.Text;
using System.Text.RegularExpressions;
using Hone.Engine.Tokenizers.Splitting;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Tokenizers.Splitting;

public class SplitterTests
{
    /// <summary>Characters on both sides of every question that the patterns ask.</summary>
    const string Alphabet = "aZtTsSdDmMlLrReEvV''’éßǅʰªا中你カ가½²Ⅷ①12٣  \u00a0\u3000\u0085\u2028\t\r\n\n\u000b!?/-_.#$€©\u0301\u0308\u20e3\u0903\u200d\ufeff\u0000\u007f\ue000\u0378";

    /// <summary>Code points above U+FFFF, each with one below of the same category, for a regular expression that knows only those.</summary>
    static readonly (string Astral, char StandIn)[] Pairs = [("𝒳", 'Z'), ("𝓍", 'a'), ("𠮷", '中'), ("𝟘", '1'), ("👍", '©'), ("\U000E0100", '\u0301')];

    public static TheoryData<string> Patterns => [.. Splitter.ByPattern.Keys];

    [Theory, MemberData(nameof(Patterns))]
    public void Pieces_are_the_matches_of_the_regular_expression(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.CultureInvariant);
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++)
        {
            (string text, string standIns) = RandomText(random, random.Next(1, 14));

            List<string> expected = Lengths(regex, standIns, text);

            Pieces(Splitter.ByPattern[pattern], text).ShouldBe(expected, text);
        }
    }

    [Theory, MemberData(nameof(Patterns))]
    public void Half_a_surrogate_pair_is_a_symbol(string pattern)
    {
        Pieces(Splitter.ByPattern[pattern], "ab\uD83Dcd"[..3]).ShouldBe(["ab", "\uD83D"]);
    }

    [Fact]
    public void Contractions_ignore_case_where_the_pattern_says_so()
    {
        Pieces(Splitter.Gpt2, "WE'LL we'll").ShouldBe(["WE", "'", "LL", " we", "'ll"]);
        Pieces(Splitter.ByPattern[Splitter.TrainingPattern], "WE'LL IT'ſ").ShouldBe(["WE", "'LL", " IT", "'ſ"]);
    }

    static List<string> Pieces(Splitter splitter, string text)
    {
        var pieces = new List<string>();
        for (int start = 0; start < text.Length; )
        {
            int end = splitter.PieceEnd(text, start);
            pieces.Add(text[start..end]);
            start = end;
        }
        return pieces;
    }

    static (string Text, string StandIns) RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        var standIns = new StringBuilder();
        for (int i = 0; i < length; i++)
        {
            if (random.Next(8) == 0)
            {
                (string astral, char standIn) = Pairs[random.Next(Pairs.Length)];
                text.Append(astral);
                standIns.Append(standIn);
            }
            else
            {
                char c = Alphabet[random.Next(Alphabet.Length)];
                text.Append(c);
                standIns.Append(c);
            }
        }
        return (text.ToString(), standIns.ToString());
    }

    /// <summary>The matches on the stand-ins, cut out of the text.</summary>
    static List<string> Lengths(Regex regex, string standIns, string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        return [.. regex.Matches(standIns).Select(match => string.Concat(runes.Skip(match.Index).Take(match.Length)))];
    }
}
