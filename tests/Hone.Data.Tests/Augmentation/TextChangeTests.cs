using FsCheck;
using FsCheck.Fluent;
using Hone.Data.Augmentation.Changes;
using Hone.Data.Augmentation.Words;
using Hone.Data.Tests.Formats;
using Hone.Engine;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Augmentation;

public sealed class TextChangeTests
{
    static readonly ITextChange[] All = [new SynonymChange(SynonymTable.BuiltIn), new SwapChange(), new DeletionChange()];

    /// <summary>What must be in a text afterwards as it was.</summary>
    static readonly string[] Stay = ["Beijing", "42", "3.5%", "`big problem`", "https://big.example/a?b=c", "not", "\"very good\"", "{name}", "bigProblem", "《美丽新世界》", "第3章", "a_b", "e@x.org", "北京", "不"];

    static readonly string[] Words = ["the", "big", "movie", "is", "very", "happy", "about", "a", "problem", "usually", "味道", "很好", "，今天的", "价格", "因为", "高兴", ".", ",", "\n", "so", "it", "looked", "awful"];

    static readonly Gen<string> Texts = Gen.Elements(Stay.Concat(Words).Concat(Words)).NonEmptyListOf().Select(words => string.Join(' ', words));

    readonly Wording _wording = new(SynonymTable.BuiltIn);

    [Fact]
    public void Names_numbers_code_and_negations_stay_as_they_are_whatever_is_changed() =>
        Always.Holds(Texts.Zip(Gen.Choose(0, 2), (text, change) => (text, change)), each =>
        {
            string changed = Change(All[each.change], each.text, 3);

            foreach (string literal in Stay)
                Count(changed, literal).ShouldBe(Count(each.text, literal), $"{each.text} => {changed}");
        }, tests: 1000);

    [Fact]
    public void Swapped_words_are_the_same_words() =>
        Always.Holds(Texts, text => string.Concat(Change(All[1], text, 4).Order()).ShouldBe(string.Concat(text.Order())));

    [Fact]
    public void What_is_left_after_a_deletion_was_there_in_this_order() =>
        Always.Holds(Texts, text =>
        {
            string changed = Change(All[2], text, 4);
            int place = 0;
            foreach (char letter in changed)
            {
                place = text.IndexOf(letter, place) + 1;
                place.ShouldBeGreaterThan(0);
            }
        });

    [Theory]
    [InlineData("It was an error.", "It was a mistake.")]
    [InlineData("It was a mistake.", "It was an error.")]
    [InlineData("That is a difference of opinion on the matter", "That is a difference of viewpoint on the matter")]
    [InlineData("Errors are there.", "Mistakes are there.")]
    [InlineData("he is honest", "he is truthful")]
    [InlineData("a truthful man", "an honest man")]
    [InlineData("I cannot go", "I can't go")]
    [InlineData("in short, yes", "in summary, yes")]
    [InlineData("土豆很多", "马铃薯很多")]
    public void A_synonym_takes_over_the_capital_and_the_article(string text, string expected) => Change(All[0], text, 1).ShouldBe(expected);

    [Theory]
    [InlineData("honest", "an")]
    [InlineData("honey", "a")]
    [InlineData("Honour", "an")]
    [InlineData("hour", "an")]
    [InlineData("house", "a")]
    [InlineData("heir", "an")]
    [InlineData("useful", "a")]
    [InlineData("usher", "an")]
    [InlineData("unit", "a")]
    [InlineData("uninvited", "an")]
    [InlineData("unimportant", "an")]
    [InlineData("European", "a")]
    [InlineData("oneself", "a")]
    [InlineData("umbrella", "an")]
    [InlineData("egg", "an")]
    [InlineData("banana", "a")]
    public void The_article_goes_by_the_sound(string word, string article)
    {
        using TextFile file = new($"gizmo\t{word}\n");
        var table = SynonymTable.Read(file.Path);

        foreach (string text in (string[])["I saw a gizmo there", "I saw an gizmo there"])
            TextEdit.Apply(text, new SynonymChange(table).Change(text, new Wording(table).Read(text, 0, text.Length, ""), 1, new SeededRandom(7))).ShouldBe($"I saw {article} {word} there");
    }

    [Theory]
    [InlineData("it was really good", "it was good")]
    [InlineData("好吃的很", "好吃的")]
    [InlineData("not very good", "not very good")]
    [InlineData("The end", "The end")]
    public void Only_words_that_carry_little_are_left_out(string text, string expected) => Change(All[2], text, 1).ShouldBe(expected);

    [Theory]
    [InlineData("we got fresh vegetables", "we got vegetables fresh")]
    [InlineData("fresh, vegetables", "fresh, vegetables")]
    [InlineData("老师手机", "手机老师")]
    public void Neighbours_change_places_within_a_clause(string text, string expected)
    {
        string[] results = [.. Enumerable.Range(0, 20).Select(seed => Change(All[1], text, 1, (ulong)seed)).Distinct()];

        results.ShouldContain(expected);
    }

    [Theory]
    [InlineData("更新以后更卡了")]
    [InlineData("晚饭便宜又好吃")]
    [InlineData("皮肤变得又白又嫩")]
    [InlineData("老师的手机")]
    public void Chinese_words_that_hold_together_stay_where_they_are(string text)
    {
        foreach (ulong seed in Enumerable.Range(0, 20).Select(seed => (ulong)seed))
            Change(All[1], text, 2, seed).ShouldBe(text);
    }

    [Theory]
    [InlineData("我等了半个月")]
    [InlineData("当天钱就到了")]
    [InlineData("再也没有忘过事情")]
    public void What_tells_when_it_was_is_not_left_out(string text)
    {
        foreach (ulong seed in Enumerable.Range(0, 20).Select(seed => (ulong)seed))
            Change(All[2], text, 2, seed).ShouldContain(text.Contains('了', StringComparison.Ordinal) ? "了" : "再也没有");
    }

    string Change(ITextChange change, string text, int count, ulong seed = 7) => TextEdit.Apply(text, change.Change(text, _wording.Read(text, 0, text.Length, ""), count, new SeededRandom(seed)));

    static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
