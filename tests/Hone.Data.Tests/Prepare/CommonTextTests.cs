using Hone.Data.Prepare;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Prepare;

public class CommonTextTests
{
    [Theory]
    [InlineData(new[] { "abc", "abd" }, "ab")]
    [InlineData(new[] { "abc", "ab" }, "ab")]
    [InlineData(new[] { "abc", "" }, "")]
    [InlineData(new[] { "abc" }, "abc")]
    [InlineData(new string[0], "")]
    [InlineData(new[] { "😀x", "😁x" }, "")] // alike in their first half only
    [InlineData(new[] { "a😀x", "a😀" }, "a😀")]
    public void The_longest_common_start(string[] texts, string expected) => CommonText.Prefix(texts).ShouldBe(expected);

    [Theory]
    [InlineData(new[] { "cba", "dba" }, "ba")]
    [InlineData(new[] { "cba", "ba" }, "ba")]
    [InlineData(new[] { "cba", "" }, "")]
    [InlineData(new string[0], "")]
    [InlineData(new[] { "\U0001F600", "\U0001F200" }, "")] // alike in their last half only
    [InlineData(new[] { "x😀", "y😀" }, "😀")]
    public void The_longest_common_end(string[] texts, string expected) => CommonText.Suffix(texts).ShouldBe(expected);

    [Theory]
    [InlineData(new[] { " positive", " negative" }, "")]
    [InlineData(new[] { " positive\n", " negative\n" }, "\n")]
    [InlineData(new[] { " 好评", " 差评" }, "")]
    [InlineData(new[] { "one END", "done END" }, " END")]
    [InlineData(new[] { "7.", "17." }, ".")]
    public void Words_that_end_alike_are_no_ending(string[] texts, string expected) => CommonText.Ending(texts).ShouldBe(expected);

    [Fact]
    public void A_long_text_is_cut_in_messages()
    {
        string longest = string.Concat(Enumerable.Repeat("😀", 60));

        Shown.Quoted(longest).ShouldBe($"`{longest}`");
        Shown.Quoted(longest + "a").ShouldBe($"`{longest}…`");
    }

    [Fact]
    public void Length_counts_code_points() => CommonText.Length("a好😀").ShouldBe(3);
}
