using Hone.Data.Augmentation.Words;
using Hone.Data.Quality.Similarity;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Augmentation;

public sealed class SynonymTableTests
{
    [Fact]
    public void The_built_in_table_has_some_hundred_groups_and_no_word_twice()
    {
        string[] words = [.. SynonymTable.BuiltIn.Words];

        SynonymTable.BuiltIn.Groups.ShouldBeGreaterThan(400);
        words.Count(word => NormalText.IsChinese(word[0])).ShouldBeGreaterThan(400);
        foreach (string word in words)
        {
            IReadOnlyList<string> others = SynonymTable.BuiltIn.Of(word);
            others.ShouldNotBeEmpty(word);
            others.ShouldAllBe(other => SynonymTable.BuiltIn.Of(other).Contains(word, StringComparer.OrdinalIgnoreCase), word);
            // Were a word in two groups, its synonyms would know more than it does.
            others.ShouldAllBe(other => SynonymTable.BuiltIn.Of(other).Count == others.Count, word);
            others.ShouldAllBe(other => NormalText.IsChinese(other[0]) == NormalText.IsChinese(word[0]), word);
        }
    }

    [Fact]
    public void No_word_is_both_light_and_fixed()
    {
        WordLists.Light.Intersect(WordLists.Fixed).ShouldBeEmpty();
        WordLists.Light.Concat(WordLists.Fixed).Concat(WordLists.Plain).ShouldAllBe(word => word.Length > 0 && word.Trim() == word);
        WordLists.Light.Count.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void A_table_of_ones_own_is_read()
    {
        using TextFile file = new("# 自己的词表\n套餐\t组合餐\r\n\nrefund\tmoney back\treimbursement\n");

        var table = SynonymTable.Read(file.Path);

        table.Groups.ShouldBe(2);
        table.Of("Refund").ShouldBe(["money back", "reimbursement"]);
        table.Of("组合餐").ShouldBe(["套餐"]);
        table.Of("big").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a\tb\nlonely\n", "line 2 has the single word 'lonely'")]
    [InlineData("same\tSame\n", "line 1 has the single word")]
    [InlineData("# nothing\n\n", "has no synonyms")]
    [InlineData("", "has no synonyms")]
    public void What_is_no_table_is_said(string text, string expected)
    {
        using TextFile file = new(text);

        Should.Throw<HoneException>(() => SynonymTable.Read(file.Path)).Message.ShouldContain(expected);
    }

    [Fact]
    public void A_table_that_is_no_text_or_not_there_is_said()
    {
        using TextFile file = new([0x61, 0x09, 0xff]);

        Should.Throw<HoneException>(() => SynonymTable.Read(file.Path)).Message.ShouldContain("UTF-8");
        Should.Throw<HoneException>(() => SynonymTable.Read(file.Path + "x")).Message.ShouldContain("There is no file");
    }
}
