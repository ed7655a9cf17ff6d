using Hone.Data.Augmentation.Words;
using Hone.Data.Tests.Formats;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Augmentation;

public sealed class WordingTests
{
    readonly Wording _wording = new(SynonymTable.BuiltIn);

    [Theory]
    [InlineData("The big dog saw a large cat.", "big|large")]
    [InlineData("Big problems, he said.", "Big|problems|said")]
    [InlineData("I met Happy yesterday", "")] // A name.
    [InlineData("run `big problem` and see ```\nbig\n```", "")]
    [InlineData("see https://big.example/problem or big@problem.com", "")]
    [InlineData("the \"big problem\" of {big} <big> #big @big", "")]
    [InlineData("src/big/problem.cs and big_problem and bigProblem and big2", "")]
    [InlineData("call big() now", "")]
    [InlineData("not big", "big")]
    [InlineData("it happened because of a lot of issues", "happened|because of|a lot of|issues")]
    [InlineData("I'm sad", "I'm|sad")]
    public void English_words_that_have_synonyms_are_found_but_not_in_what_must_stay(string text, string expected) => Replaceable(text).ShouldBe(expected);

    [Theory]
    [InlineData("味道很好", "味道")]
    [InlineData("今天天气很好。", "今天")]
    [InlineData("等了十分钟", "")] // 十分 would break 十分钟.
    [InlineData("电影院的电影很好看", "电影")]
    [InlineData("他喝了可口可乐", "")]
    [InlineData("这个不好吃", "")]
    [InlineData("有时间就来", "")]
    [InlineData("李美丽很高兴", "高兴")] // A name of unknown characters.
    [InlineData("《美丽的电影》很有趣", "有趣")]
    [InlineData("我的士兵很勇敢", "勇敢")]
    [InlineData("因为下雨，所以不去", "因为|所以")]
    public void Chinese_words_are_found_where_no_other_word_is_broken(string text, string expected) => Replaceable(text).ShouldBe(expected);

    [Fact]
    public void A_table_of_ones_own_does_not_break_longer_words_either()
    {
        using TextFile file = new("大学\t高校\n研究\t钻研\n");
        Wording wording = new(SynonymTable.Read(file.Path));

        string Found(string text) => string.Join('|', wording.Read(text, 0, text.Length, "").Where(token => token.IsReplaceable).Select(token => token.Word));

        Found("大学生在大学学习").ShouldBe("大学");
        Found("他是研究生").ShouldBe("");
    }

    [Fact]
    public void Words_of_a_short_answer_stay()
    {
        Replaceable("the big problem with the movie", "Problem").ShouldBe("big|movie");
        Replaceable("今天的电影很有趣", "电影").ShouldBe("今天|有趣");
        Replaceable("a big bad wolf", "a").ShouldBe("big");
    }

    [Fact]
    public void Only_the_part_that_may_change_is_looked_at()
    {
        const string Text = "Big question: the big movie\n\n###\n\n";

        _wording.Read(Text, "Big question: ".Length, Text.Length - 7, "").Where(token => token.IsReplaceable).Select(token => token.Start).ShouldBe([18, 22]);
    }

    [Theory]
    [InlineData("this phone is not good value", "phone|value")]
    [InlineData("never buy cheap shoes", "cheap|shoes")]
    [InlineData("商家不送货上门", "商家")]
    public void Negations_and_what_they_negate_do_not_move(string text, string expected) => string.Join('|', _wording.Read(text, 0, text.Length, "").Where(token => token.IsMovable).Select(token => token.Word)).ShouldBe(expected);

    [Fact]
    public void A_long_text_without_spaces_is_read_in_linear_time()
    {
        string text = string.Concat(Enumerable.Repeat("a@", 50_000)) + string.Concat(Enumerable.Repeat("好的", 20_000)) + new string('`', 50_000) + new string('"', 1000);

        Should.NotThrow(() => _wording.Read(text, 0, text.Length, ""));
    }

    string Replaceable(string text, string answer = "") => string.Join('|', _wording.Read(text, 0, text.Length, answer).Where(token => token.IsReplaceable).Select(token => token.Word));
}
