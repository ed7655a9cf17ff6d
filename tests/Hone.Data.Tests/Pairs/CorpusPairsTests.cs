using Hone.Data.Pairs;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Pairs;

public sealed class CorpusPairsTests
{
    [Theory]
    [InlineData("One sentence. Another one! A third? yes", "One sentence.|Another one!|A third? yes")]
    [InlineData("今天下雨。明天呢？不知道", "今天下雨。|明天呢？|不知道")]
    [InlineData("It costs 3.50 a day. Mr. smith agrees.", "It costs 3.50 a day.|Mr. smith agrees.")]
    [InlineData("", "")]
    public void Sentences_end_where_their_language_ends_them(string paragraph, string expected) =>
        string.Join('|', CorpusPairs.Sentences(paragraph)).ShouldBe(expected);

    [Fact]
    public void A_title_goes_with_its_paragraph_and_sentences_go_with_their_neighbours()
    {
        string document = "The lake\nThe lake lies in the north. It is cold and deep all year. Boats cross it.\n湖在北方，水很冷，全年都很深。夏天有很多船从这里经过去对岸。";

        CorpusPairs.Of(document).ShouldBe(
        [
            ("The lake", "The lake lies in the north. It is cold and deep all year. Boats cross it."),
            ("The lake lies in the north.", "It is cold and deep all year."),
            ("湖在北方，水很冷，全年都很深。", "夏天有很多船从这里经过去对岸。"),
        ]);
    }

    [Fact]
    public void A_long_paragraph_is_cut_between_characters()
    {
        string paragraph = new string('a', 399) + "😀😀";

        CorpusPairs.Of("Title\n" + paragraph).ShouldBe([("Title", paragraph[..399])]);
    }

    [Theory]
    [InlineData("A title alone")]
    [InlineData("")]
    public void A_document_without_a_paragraph_has_no_pairs(string document) => CorpusPairs.Of(document).ShouldBeEmpty();

    [Fact]
    public void Sentences_are_paired_with_what_is_left_of_them_without_some_words()
    {
        string document = "The lake\n" + string.Join('\n', Enumerable.Range(0, 50).Select(i => $"The first sentence number {i} is here. The second one, of many different words, has the number {i}."))
            + "\n湖在北方，水很冷，全年都很深。夏天有很多船从这里经过去对岸。";

        (string Anchor, string Positive)[] plain = [.. CorpusPairs.Of(document)];
        (string Anchor, string Positive)[] dropped = [.. CorpusPairs.Of(document, new WordDropout(1)).Except(plain)];

        CorpusPairs.Of(document, new WordDropout(0)).ShouldBe(plain);
        dropped.Length.ShouldBe(51);
        dropped.ShouldAllBe(pair => pair.Anchor.Length < pair.Positive.Length && IsPartOf(pair.Anchor, pair.Positive));
        dropped.SkipLast(1).ShouldAllBe(pair => pair.Anchor.Split(' ').All(word => pair.Positive.Split(' ').Contains(word)));
        CorpusPairs.Of(document, new WordDropout(0.3)).Count().ShouldBeInRange(plain.Length + 5, plain.Length + 30);
    }

    /// <summary>Whether a text is left of another one when some of its characters are left out.</summary>
    static bool IsPartOf(string part, string whole)
    {
        int at = 0;
        foreach (char letter in whole)
        {
            if (at < part.Length && part[at] == letter)
                at++;
        }
        return at == part.Length;
    }
}
