using Hone.Engine.Generation;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.Generation;

public sealed class StopStringFilterTests
{
    [Theory]
    [InlineData("no stop here", "no stop here", false)]
    [InlineData("one END two", "one ", true)]
    [InlineData("one EN", "one EN", false)]
    [InlineData("EEEND", "EE", true)]
    [InlineData("ababac", "ab", true)]
    [InlineData("abab", "abab", false)]
    [InlineData("句号。END", "句号。", true)]
    [InlineData("", "", false)]
    public void The_text_ends_before_the_first_stop_string_however_it_is_cut_into_pieces(string text, string expected, bool stops)
    {
        string[] stopStrings = ["END", "abac"];
        for (int size = 1; size <= text.Length + 1; size++)
        {
            var filter = new StopStringFilter(stopStrings);

            string passed = string.Concat(text.Chunk(size).Select(piece => filter.Add(new string(piece)))) + filter.Finish();

            passed.ShouldBe(expected);
            filter.HasStopped.ShouldBe(stops);
        }
    }

    [Fact]
    public void The_earliest_stop_string_wins_and_nothing_passes_after_it()
    {
        var filter = new StopStringFilter(["late", "a", "ate"]);

        filter.Add("bcl").ShouldBe("bc");
        filter.Add("ate and more").ShouldBe("");
        filter.Add("x").ShouldBe("");
        filter.HasStopped.ShouldBeTrue();
    }

    [Fact]
    public void Text_is_held_back_only_while_it_may_become_a_stop_string()
    {
        var filter = new StopStringFilter(["###"]);

        filter.Add("a#").ShouldBe("a");
        filter.Add("#").ShouldBe("");
        filter.Add("b").ShouldBe("##b");
        filter.Add("#").ShouldBe("");
        filter.Finish().ShouldBe("#");
    }
}
