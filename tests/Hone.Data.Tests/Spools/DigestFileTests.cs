using Hone.Data.Spools;
using Shouldly;
using Xunit;

namespace Hone.Data.Tests.Spools;

public class DigestFileTests
{
    /// <summary>Parts that hold one row, few and all of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1 << 18)]
    public void The_first_of_equal_rows_is_found_whatever_is_in_memory_at_once(int mostAtOnce)
    {
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => $"{i * i % 397}")];
        using DigestFile digests = new(mostAtOnce);
        foreach (string text in texts)
            digests.Add(text);

        int[] firsts = [.. digests.Firsts().OrderBy(one => one.Row).Select(one => one.First)];

        firsts.ShouldBe(texts.Select(text => Array.IndexOf(texts, text)));
    }

    [Fact]
    public void The_place_where_one_text_ends_and_the_next_begins_counts()
    {
        using DigestFile digests = new();
        digests.Add("ab", "c");
        digests.Add("a", "bc");
        digests.Add("abc", "");
        digests.Add("a\0", "bc");
        digests.Add("a", "bc");

        digests.Firsts().ShouldBe([(0, 0), (1, 1), (2, 2), (3, 3), (4, 1)]);
    }

    [Fact]
    public void No_row_equals_none()
    {
        using DigestFile digests = new();

        digests.Firsts().ShouldBeEmpty();
    }
}
